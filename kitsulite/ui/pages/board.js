// A production's assets or shots against its task types, live; the task beside it.
import { avatar, fill, fullName, h, isBright, t } from './dom.js'
import { get, listen, refresh, row, session } from './api.js'
import './task.js'

/** rows that are drawn at once: thousands would make a browser wait */
const PORTION = 300
const KINDS = { shots: 'Shot', assets: 'Asset' }

class Board extends HTMLElement {
  title = 'Board'

  async connectedCallback() {
    this.off = listen((name, payload) => this.hear(name, payload))
    await this.go(this.words)
  }

  disconnectedCallback() {
    this.off()
  }

  /** Show what an address names: board / project / kind / task. */
  async go([, project, kind, task]) {
    const wanted = kind in KINDS ? kind : 'shots'
    const isOther = wanted !== this.kind || project !== this.project?.id
    this.kind = wanted
    if (isOther) {
      if (!row('projects', project)) await refresh()
      this.project = row('projects', project)
      if (!this.project) {
        fill(this, h('p', { class: 'empty' }, t('There is no such production.')))
        return
      }
      this.frame()
      await this.load()
    }
    this.showTask(task)
  }

  address(task = '') {
    return `#/board/${this.project.id}/${this.kind}/${task}`
  }

  frame() {
    const { project, kind } = this
    this.search = this.status = this.person = this.episode = ''
    this.most = PORTION
    const select = (name, label, options) => h('select', {
      'aria-label': label, onchange: event => { this[name] = event.target.value; this.draw() },
    }, h('option', { value: '' }, label), options)
    this.filters = h('div', { class: 'filters', role: 'search' })
    this.table = h('div', { class: 'table', tabindex: '0', role: 'region', 'aria-label': t(kind) })
    this.side = h('aside', { class: 'side', hidden: true })
    const statuses = session.studio.task_status.filter(status => !status.for_concept)
    this.filters.append(
      h('input', { type: 'search', id: 'search', placeholder: t('Search'), 'aria-label': t('Search'), oninput: event => {
        this.search = event.target.value.toLowerCase()
        this.draw()
      } }),
      select('status', t('All statuses'), statuses.map(status => h('option', { value: status.id }, status.name))),
      select('person', t('Everybody'), project.team.map(id => row('persons', id)).filter(Boolean)
        .map(person => h('option', { value: person.id }, fullName(person)))),
    )
    const projects = h('select', { 'aria-label': t('Productions'), onchange: event => { location.hash = `#/board/${event.target.value}/${kind}` } },
      session.studio.projects.map(other => h('option', { value: other.id, selected: other.id === project.id }, other.name)))
    fill(this,
      h('div', { class: 'head' }, h('h1', {}, project.name),
        h('nav', { 'aria-label': t('Board') }, Object.keys(KINDS).map(name => h('a', {
          href: `#/board/${project.id}/${name}`, 'aria-current': name === kind ? 'page' : undefined,
        }, t(name)))), session.studio.projects.length > 1 && projects),
      this.filters, h('div', { class: 'split' }, this.table, this.side))
  }

  async load() {
    const { project, kind } = this
    this.rows = await get(`/data/${kind}/with-tasks?project_id=${project.id}`)
    this.tasks = new Map(this.rows.flatMap(entity => entity.tasks.map(task => [task.id, task])))
    const used = new Set([...this.tasks.values()].map(task => task.task_type_id))
    const order = project.task_types_priority || {}
    this.types = session.studio.task_types.filter(type => used.has(type.id))
      .sort((a, b) => (order[a.id] || a.priority) - (order[b.id] || b.priority))
    const episodes = new Map(this.rows.filter(entity => entity.episode_name).map(entity => [entity.episode_id, entity.episode_name]))
    this.querySelector('#episode')?.remove()
    if (episodes.size) {
      this.filters.append(h('select', { id: 'episode', 'aria-label': t('All episodes'), onchange: event => { this.episode = event.target.value; this.draw() } },
        h('option', { value: '' }, t('All episodes')), [...episodes].map(([id, name]) => h('option', { value: id, selected: id === this.episode }, name))))
    }
    this.draw()
  }

  fits(entity) {
    const words = this.search.split(/\s+/).filter(Boolean)
    const text = `${this.group(entity)} ${entity.name} ${entity.description || ''}`.toLowerCase()
    return !entity.canceled && words.every(word => text.includes(word))
      && (!this.episode || entity.episode_id === this.episode)
      && (!this.status || entity.tasks.some(task => task.task_status_id === this.status))
      && (!this.person || entity.tasks.some(task => task.assignees.includes(this.person)))
  }

  group(entity) {
    return this.kind === 'assets' ? entity.asset_type_name
      : [entity.episode_name, entity.sequence_name].filter(Boolean).join(' / ')
  }

  draw() {
    const fitting = this.rows.filter(entity => this.fits(entity))
    const found = fitting.slice(0, this.most)
    const groups = Map.groupBy ? Map.groupBy(found, entity => this.group(entity))
      : found.reduce((map, entity) => map.set(this.group(entity), [...(map.get(this.group(entity)) || []), entity]), new Map())
    const width = this.types.length + 1
    fill(this.table, found.length ? h('table', {},
      h('caption', {}, t('rows shown', { shown: fitting.length, total: this.rows.length })),
      h('thead', {}, h('tr', {}, h('th', { scope: 'col' }, t(this.kind)), this.types.map(type =>
        h('th', { scope: 'col', color: type.color }, type.name)))),
      [...groups].map(([name, entities]) => h('tbody', {},
        h('tr', { class: 'group' }, h('th', { scope: 'rowgroup', colspan: width }, h('span', {}, name))),
        entities.map(entity => this.row(entity))))) : h('p', { class: 'empty' }, t(this.rows.length ? 'nothing fits' : 'nothing there')))
    if (fitting.length > found.length) {
      this.table.append(h('p', { class: 'actions more' }, h('button', { onclick: () => {
        this.most += PORTION
        this.draw()
      } }, t('Show more'))))
    }
    this.mark()
  }

  row(entity) {
    return h('tr', {}, h('th', { scope: 'row' }, h('span', { class: 'entity' },
      entity.preview_file_id
        ? h('img', { alt: '', loading: 'lazy', width: 60, height: 40, src: `/api/pictures/thumbnails/preview-files/${entity.preview_file_id}.png` })
        : h('span', { class: 'nothing', 'aria-hidden': 'true' }),
      h('span', { title: entity.description || '' }, entity.name))),
    this.types.map(type => h('td', {}, entity.tasks.filter(task => task.task_type_id === type.id).map(task => this.cell(entity, task, type)))))
  }

  cell(entity, task, type) {
    const status = row('task_status', task.task_status_id)
    const people = task.assignees.map(id => row('persons', id)).filter(Boolean)
    const label = [entity.name, type.name, status?.name, people.map(fullName).join(', ')].filter(Boolean).join(', ')
    return h('button', {
      class: 'cell ' + (isBright(status?.color) ? 'bright' : 'dark'), color: status?.color, 'data-task': task.id,
      'aria-label': label, title: people.map(fullName).join(', '), onclick: () => { location.hash = this.address(task.id) },
    }, h('span', {}, status?.short_name), task.priority > 0 && h('span', { class: 'priority' }, '!'.repeat(Math.min(3, task.priority))),
    people.slice(0, 2).map(person => avatar(person, 'small')))
  }

  mark() {
    this.table.querySelectorAll('.chosen').forEach(cell => cell.classList.remove('chosen'))
    this.table.querySelector(`[data-task="${CSS.escape(this.task || '')}"]`)?.classList.add('chosen')
  }

  showTask(task) {
    const before = this.task
    this.task = task || ''
    this.side.hidden = !task
    this.mark()
    if (!task) {
      this.side.replaceChildren()
      this.table.querySelector(`[data-task="${CSS.escape(before || '')}"]`)?.focus()
    } else if (task !== before || !this.side.firstChild) {
      const panel = document.createElement('kl-task')
      panel.task = task
      panel.close = () => { location.hash = this.address() }
      fill(this.side, panel)
    }
  }

  /** Bring the board up to date with an event. */
  hear(name, payload) {
    if (!this.rows) return
    if (payload.project_id && payload.project_id !== this.project.id) return
    const isTask = name === 'task:status-changed' || name === 'task:update' || name === 'task:assign' || name === 'task:unassign'
    if (isTask && this.tasks.has(payload.task_id)) this.renew(payload.task_id)
    else if (name === '' || /^(shot|asset|task):(new|delete|update)$|^preview-file:set-main$/.test(name)) {
      clearTimeout(this.due)
      this.due = setTimeout(() => this.isConnected && this.load(), 700)
    }
  }

  async renew(id) {
    const task = this.tasks.get(id)
    const now = await get('/data/tasks/' + id)
    Object.assign(task, { task_status_id: now.task_status_id, priority: now.priority, assignees: now.assignees || task.assignees })
    const cell = this.table.querySelector(`[data-task="${CSS.escape(id)}"]`)
    const entity = this.rows.find(other => other.id === task.entity_id)
    if (!cell || !entity) return
    const fresh = this.cell(entity, task, row('task_types', task.task_type_id))
    fresh.classList.add('fresh')
    const hadFocus = document.activeElement === cell
    cell.replaceWith(fresh)
    if (hadFocus) fresh.focus()
    this.mark()
  }
}

customElements.define('kl-board', Board)

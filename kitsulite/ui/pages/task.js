// A task: its previews by revision, its comments, and a form to post one with a status and files.
import { avatar, badge, day, field, fill, fullName, h, say, svg, t, when } from './dom.js'
import { get, listen, post, row, session } from './api.js'
import { form } from './signin.js'

const PICTURES = '/api/pictures'
const ABOUT_TASK = /^(comment|preview-file|task|comment-reply):/

class Task extends HTMLElement {
  async connectedCallback() {
    this.previews = []
    this.off = listen((name, payload) => this.hear(name, payload))
    this.addEventListener('keydown', event => {
      if (event.key === 'Escape') this.close()
    })
    this.head = h('div', { class: 'task-head' })
    this.viewer = h('section', { class: 'viewer', 'aria-label': t('Previews'), hidden: true })
    this.list = h('ol', { class: 'comments', reversed: true })
    fill(this, this.head, this.viewer, h('section', { 'aria-label': t('Comments') }, h('div', { class: 'form' }), this.list))
    await this.load()
    this.querySelector('h2')?.focus()
  }

  disconnectedCallback() {
    this.off()
  }

  hear(name, payload) {
    const isOurs = payload.task_id === this.task || this.previews.some(preview => preview.id === payload.preview_file_id)
      || (payload.comment_id && this.list.querySelector(`[data-comment="${CSS.escape(payload.comment_id)}"]`))
    if (name && !(ABOUT_TASK.test(name) && (isOurs || name === 'preview-file:new'))) return
    clearTimeout(this.due)
    this.due = setTimeout(() => this.isConnected && this.load(), 150)
  }

  async load() {
    const path = '/data/tasks/' + this.task
    const [task, comments, previews] = await Promise.all([get(path + '/full'), get(path + '/comments'), get(path + '/previews')])
    const isFirst = !this.facts
    this.facts = task
    this.showHead(task)
    this.showPreviews(previews)
    fill(this.list, ...comments.map(comment => this.comment(comment)))
    if (isFirst) {
      const form = this.mayComment(task, comments) ? this.form(task) : h('p', { class: 'empty' }, t('reading only'))
      fill(this.querySelector('.form'), form)
    }
  }

  showHead(task) {
    const place = [task.episode?.name, task.sequence?.name, task.entity.name].filter(Boolean).join(' / ')
    const facts = [
      [t('Assigned to'), task.persons.map(person => h('span', { class: 'person' }, avatar(person, 'small'), fullName(person)))],
      [t('Due'), day(task.due_date)],
      [t('Estimation'), task.estimation ? t('days', { days: (task.estimation / 480).toLocaleString() }) : ''],
      [t('Retakes'), task.retake_count ? String(task.retake_count) : ''],
    ].filter(([, value]) => value.length)
    fill(this.head,
      h('h2', { tabindex: '-1' }, place, h('small', {}, task.task_type.name)),
      badge(task.task_status, task.task_status.name),
      h('button', { class: 'quiet close', 'aria-label': t('Close'), onclick: () => this.close() }, '×'),
      task.entity.description && h('p', {}, task.entity.description),
      h('dl', { class: 'facts' }, facts.map(([name, value]) => [h('dt', {}, name), h('dd', {}, value)])),
    )
  }

  // Previews

  showPreviews(previews) {
    const shownBefore = this.previews[0]?.id === previews[0]?.id && this.previews[0]?.status === previews[0]?.status
      && JSON.stringify(this.previews[0]?.annotations) === JSON.stringify(previews[0]?.annotations)
    this.previews = previews
    this.viewer.hidden = !previews.length
    if (!previews.length || (shownBefore && this.viewer.firstChild)) return
    this.show(previews[0])
  }

  show(preview) {
    const options = this.previews.map(other => h('option', { value: other.id, selected: other.id === preview.id },
      `v${other.revision}${other.position > 1 ? '.' + other.position : ''}`))
    const choice = h('select', { 'aria-label': t('Revision'), onchange: event => this.show(this.previews.find(other => other.id === event.target.value)) }, options)
    const folder = preview.extension === 'mp4' ? 'movies' : 'pictures'
    fill(this.viewer, h('div', { class: 'picture' }, this.picture(preview), this.drawings(preview)),
      h('div', { class: 'bar' }, choice, h('span', {}, preview.original_name || ''),
        preview.status === 'ready' && h('a', { href: `/api/${folder}/originals/preview-files/${preview.id}/download`, download: true }, t('Download'))))
  }

  picture(preview) {
    const name = `${this.facts.entity.name} v${preview.revision}`
    if (preview.status !== 'ready') return h('p', { class: 'empty' }, t('preview ' + preview.status))
    if (preview.extension === 'mp4') {
      return h('video', { controls: true, playsinline: true, preload: 'metadata', 'aria-label': name,
        poster: `${PICTURES}/previews/preview-files/${preview.id}.png`, src: `/api/movies/low/preview-files/${preview.id}.mp4` })
    }
    if (preview.extension === 'png') return h('img', { alt: name, src: `${PICTURES}/previews/preview-files/${preview.id}.png` })
    return h('p', { class: 'empty' }, t('file preview', { extension: preview.extension }))
  }

  /** What reviewers drew on a picture, as far as it is plain shapes. */
  drawings(preview) {
    const entry = preview.extension === 'png' && (preview.annotations || []).find(other => other.drawing?.objects?.length)
    if (!entry) return null
    const first = entry.drawing.objects[0]
    const width = Number(entry.width || first.canvasWidth || preview.width) || 960
    const height = Number(entry.height || first.canvasHeight || preview.height) || 540
    const drawing = svg('svg', { viewBox: `0 0 ${width} ${height}`, class: 'drawing', 'aria-hidden': 'true' })
    for (const shape of entry.drawing.objects) {
      const pen = { fill: 'none', stroke: /^[#\w(),. ]+$/.test(shape.stroke || '') ? shape.stroke : '#ff3860', 'stroke-width': Number(shape.strokeWidth) || 4 }
      if (shape.type === 'circle') {
        const radius = Number(shape.radius) || 20
        drawing.append(svg('circle', { cx: Number(shape.left) + radius, cy: Number(shape.top) + radius, r: radius, ...pen }))
      } else if (Array.isArray(shape.path)) {
        drawing.append(svg('path', { d: shape.path.map(step => [].concat(step).join(' ')).join(' '), ...pen }))
      }
    }
    return drawing
  }

  // Comments

  comment(comment) {
    const person = row('persons', comment.person_id) || comment.person
    const files = comment.attachment_files.map(file => h('li', {}, h('a', {
      href: `/api/data/attachment-files/${file.id}/file/${encodeURIComponent(file.name)}`, download: file.name,
    }, file.name)))
    const previews = comment.previews.map(preview => h('li', {}, h('button', {
      class: 'thumb', 'aria-label': t('Show revision', { revision: preview.revision }),
      onclick: () => this.show(this.previews.find(other => other.id === preview.id) || preview),
    }, ['png', 'mp4'].includes(preview.extension) && preview.status === 'ready'
      ? h('img', { alt: '', loading: 'lazy', src: `${PICTURES}/thumbnails/preview-files/${preview.id}.png` })
      : h('span', {}, preview.status === 'processing' ? '…' : preview.extension), h('small', {}, `v${preview.revision}`))))
    return h('li', { class: 'comment', 'data-comment': comment.id },
      h('p', { class: 'by' }, avatar(person, 'small'), h('b', {}, fullName(person)), comment.task_status && badge(comment.task_status), when(comment.created_at)),
      comment.text && h('p', { class: 'text' }, comment.text),
      (comment.checklist || []).length > 0 && h('ul', { class: 'checklist' }, comment.checklist.map(item => h('li', {}, item.checked ? '☑ ' : '☐ ', item.text))),
      previews.length > 0 && h('ul', { class: 'thumbs' }, previews), files.length > 0 && h('ul', { class: 'files' }, files),
      (comment.replies || []).map(reply => h('p', { class: 'reply' }, h('b', {}, fullName(row('persons', reply.person_id) || reply.person)), ' ', reply.text)))
  }

  role(task) {
    return session.studio.project_roles?.[task.project_id] || session.person.role
  }

  /** Whether a comment has a chance: the server decides. */
  mayComment(task, comments) {
    const me = session.person.id
    return !['user', 'vendor'].includes(this.role(task)) || task.assignees.includes(me)
      || comments.some(comment => (comment.mentions || []).includes(me))
  }

  form(task) {
    const role = this.role(task)
    const isAllowed = status => role === 'client' ? status.is_client_allowed : ['user', 'vendor'].includes(role) ? status.is_artist_allowed : true
    const used = new Set(task.project.task_statuses || row('projects', task.project_id)?.task_statuses || [])
    const statuses = session.studio.task_status.filter(status => !status.for_concept && !status.archived && (!used.size || used.has(status.id)))
    const files = h('input', { type: 'file', name: 'files', multiple: true, id: 'files' })
    return form(t('Post'), [
      field(t('Comment'), h('textarea', { name: 'comment', rows: 3, id: 'comment' })),
      h('div', { class: 'two' },
        field(t('Status'), h('select', { name: 'status', id: 'status' }, statuses.filter(status => isAllowed(status) || status.id === task.task_status_id)
          .map(status => h('option', { value: status.id, selected: status.id === task.task_status_id }, status.name)))),
        field(t('New revision'), files)),
    ], async (fields, made) => {
      const comment = await post(`/actions/tasks/${this.task}/comment`, { task_status_id: fields.status, comment: fields.comment })
      for (const file of files.files) await this.publish(comment, file)
      made.reset()
      made.elements.status.value = fields.status
      say(t('Posted.'))
      await this.load()
    })
  }

  async publish(comment, file) {
    const preview = await post(`/actions/tasks/${this.task}/comments/${comment.id}/add-preview`)
    const body = new FormData()
    body.append('file', file, file.name)
    await post('/pictures/preview-files/' + preview.id, body)
  }
}

customElements.define('kl-task', Task)

// What this server is, the productions and how far they are, who is there.
import { avatar, badge, fill, fullName, h, size, t, when } from './dom.js'
import { get, isAdmin, listen, refresh, row, session } from './api.js'

const CHANGES = /^(connected$|task:status-changed|task:(new|delete)|project:|asset:(new|delete)|shot:(new|delete)|job)/

class Home extends HTMLElement {
  title = 'Home'

  connectedCallback() {
    this.draw()
    this.off = listen(name => {
      if (name && !CHANGES.test(name)) return
      clearTimeout(this.due)
      this.due = setTimeout(() => this.draw(), 500)
    })
    this.timer = setInterval(() => this.draw(), 30000)
  }

  disconnectedCallback() {
    this.off()
    clearInterval(this.timer)
    clearTimeout(this.due)
  }

  async draw() {
    const found = await get('/kitsulite/overview')
    if (found.projects.some(project => !row('projects', project.id))) await refresh()
    if (!this.isConnected) return
    fill(this,
      h('h1', {}, t('Hello', { name: session.person.first_name })),
      h('section', { 'aria-labelledby': 'productions' }, h('h2', { id: 'productions' }, t('Productions')),
        found.projects.length ? h('ul', { class: 'cards' }, found.projects.map(project => this.production(project)))
          : h('p', { class: 'empty' }, t('no productions'))),
      h('section', { 'aria-labelledby': 'there' }, h('h2', { id: 'there' }, t('Who is there')),
        h('ul', { class: 'there' }, found.present.map(id => row('persons', id)).filter(Boolean).map(person =>
          h('li', {}, avatar(person), fullName(person), ' ', h('small', {}, t('role ' + person.role)))))),
      this.server(found),
    )
  }

  production(project) {
    const total = project.counts.reduce((sum, [, count]) => sum + count, 0)
    const counts = project.counts.map(([id, count]) => [row('task_status', id), count]).filter(([status]) => status)
    const done = counts.filter(([status]) => status.is_done).reduce((sum, [, count]) => sum + count, 0)
    const share = total ? Math.round(100 * done / total) : 0
    return h('li', { class: 'card' }, h('a', { href: `#/board/${project.id}` },
      project.has_avatar
        ? h('img', { class: 'poster', alt: '', src: `/api/pictures/thumbnails/projects/${project.id}.png` })
        : h('span', { class: 'poster', 'aria-hidden': 'true' }, project.name.slice(0, 2)),
      h('span', { class: 'about' }, h('b', {}, project.name), h('small', {}, t('task counts', { total, done, share })),
        h('span', { class: 'progress', 'aria-hidden': 'true' }, counts.map(([status, count]) => {
          const part = h('span', { title: `${status.name}: ${count}`, color: status.color })
          part.style.setProperty('flex-grow', count)
          return part
        })),
        h('span', { class: 'legend' }, counts.map(([status, count]) => h('span', {}, badge(status), ' ', String(count)))))))
  }

  server(found) {
    const facts = [
      [t('Version'), `kitsulite ${found.version}`],
      [t('API'), `Zou ${found.api}`],
      [t('Health'), Object.values(found.health).every(Boolean) ? t('all is well')
        : Object.entries(found.health).filter(([, up]) => !up).map(([part]) => part).join(', ')],
    ]
    if (isAdmin()) {
      facts.push(
        [t('Addresses'), found.addresses.map(address => h('div', {}, h('code', {}, address)))],
        [t('Data'), h('code', {}, found.folder)],
        [t('Disk'), t('disk free', { free: size(found.disk.free), total: size(found.disk.total), used: size(found.disk.used) })],
        [t('page jobs'), h('a', { href: '#/jobs' }, t('job counts', found.jobs))],
        [t('Last backup'), h('a', { href: '#/backups' }, found.last_backup ? when(found.last_backup) : t('none yet'))],
      )
    }
    return h('section', { 'aria-labelledby': 'server' }, h('h2', { id: 'server' }, t('This server')),
      h('dl', { class: 'card facts' }, facts.map(([name, value]) => [h('dt', {}, name), h('dd', {}, value)])),
      h('p', { class: 'links' }, h('a', { href: '/api/docs' }, t('API description')), found.ui && h('a', { href: '/' }, t('Kitsu interface'))))
  }
}

customElements.define('kl-home', Home)

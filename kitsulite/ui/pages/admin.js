// What only administrators see: mails, events, jobs, backups.
import { fill, fullName, h, say, size, t, when } from './dom.js'
import { get, listen, post, row } from './api.js'

const empty = key => h('p', { class: 'empty' }, t(key))

/** A table of rows with these columns: title -> function of a row. */
function table(caption, columns, rows) {
  return h('div', { class: 'table', tabindex: '0', role: 'region', 'aria-label': caption }, h('table', { class: 'plain' },
    h('thead', {}, h('tr', {}, Object.keys(columns).map(title => h('th', { scope: 'col' }, title)))),
    h('tbody', {}, rows.map(one => h('tr', {}, Object.values(columns).map(cell => h('td', {}, cell(one))))))))
}

class Outbox extends HTMLElement {
  title = 'page outbox'

  connectedCallback() {
    this.list = h('ul', { class: 'mails' })
    this.mail = h('section', { class: 'mail', 'aria-label': t('Mail') })
    fill(this, h('h1', {}, t('page outbox')), h('p', {}, t('outbox note')), h('div', { class: 'split' }, this.list, this.mail))
    this.load()
    this.timer = setInterval(() => this.load(), 3000)
  }

  disconnectedCallback() {
    clearInterval(this.timer)
  }

  async load() {
    const mails = await get('/kitsulite/outbox')
    if (!this.isConnected || mails.length === this.count) return
    this.count = mails.length
    fill(this.list, ...mails.map(mail => h('li', {}, h('button', { class: 'row', 'data-mail': mail.id, onclick: event => this.show(mail, event.currentTarget) },
      h('b', {}, mail.subject), h('span', {}, mail.to), when(mail.date)))))
    if (!mails.length) fill(this.list, empty('no mails'))
  }

  async show(mail, button) {
    this.list.querySelectorAll('[aria-current]').forEach(other => other.removeAttribute('aria-current'))
    button.setAttribute('aria-current', 'true')
    const whole = await get('/kitsulite/outbox/' + mail.id)
    fill(this.mail,
      h('h2', {}, whole.subject),
      h('dl', { class: 'facts' }, [['From', whole.from], ['To', whole.to], ['Date', when(whole.date)]].map(([name, value]) => [h('dt', {}, t(name)), h('dd', {}, value)])),
      h('iframe', { title: whole.subject, src: `/api/kitsulite/outbox/${mail.id}/page`, sandbox: 'allow-popups allow-popups-to-escape-sandbox' }),
      h('details', {}, h('summary', {}, t('As text')), h('pre', {}, whole.text)),
      whole.links.length > 0 && h('p', { class: 'links' }, whole.links.map(link => h('a', { href: link, class: 'mail-link' }, t('Open the link')))))
  }
}

class Events extends HTMLElement {
  title = 'page events'

  async connectedCallback() {
    this.filter = ''
    this.list = h('ol', { class: 'events', reversed: true })
    const pause = h('button', { type: 'button', 'aria-pressed': 'false', onclick: () => {
      this.isPaused = !this.isPaused
      pause.setAttribute('aria-pressed', String(this.isPaused))
    } }, t('Pause'))
    fill(this, h('h1', {}, t('page events')), h('p', {}, t('events note')),
      h('div', { class: 'filters' }, h('input', { type: 'search', 'aria-label': t('Search'), placeholder: 'task:', oninput: event => { this.filter = event.target.value; this.hide() } }), pause), this.list)
    this.off = listen((name, data) => name.includes(':') && !this.isPaused && this.add({ name, data, created_at: new Date().toISOString().slice(0, 19) }))
    const events = await get('/data/events/last?limit=50')
    events.forEach(event => this.list.append(this.entry(event)))
  }

  disconnectedCallback() {
    this.off()
  }

  add(event) {
    this.list.prepend(this.entry(event))
    while (this.list.children.length > 300) this.list.lastChild.remove()
  }

  entry(event) {
    const person = row('persons', event.user_id)
    return h('li', { hidden: !event.name.includes(this.filter), 'data-name': event.name },
      h('details', {}, h('summary', {}, h('code', {}, event.name), ' ', when(event.created_at), ' ', fullName(person)), h('pre', {}, JSON.stringify(event.data, null, 2))))
  }

  hide() {
    for (const entry of this.list.children) entry.hidden = !entry.dataset.name.includes(this.filter)
  }
}

class Jobs extends HTMLElement {
  title = 'page jobs'

  connectedCallback() {
    this.load()
    this.timer = setInterval(() => this.load(), 2000)
  }

  disconnectedCallback() {
    clearInterval(this.timer)
  }

  async load() {
    const jobs = await get('/kitsulite/jobs')
    const seen = JSON.stringify(jobs)
    if (!this.isConnected || seen === this.seen) return
    this.seen = seen
    const act = (job, action) => h('button', { onclick: async () => {
      await post(`/kitsulite/jobs/${job.id}/${action}`)
      await this.load()
    } }, t('job ' + action))
    fill(this, h('h1', {}, t('page jobs')), jobs.length ? table(t('page jobs'), {
      [t('Kind')]: job => job.kind,
      [t('State')]: job => t('state ' + job.state),
      [t('Progress')]: job => h('progress', { value: job.progress, max: 1, 'aria-label': t('Progress') }),
      [t('Asked for')]: job => when(job.created_at),
      [t('Message')]: job => job.message || '',
      [t('Action')]: job => ['failed', 'cancelled'].includes(job.state) ? act(job, 'retry') : ['queued', 'running'].includes(job.state) ? act(job, 'cancel') : '',
    }, jobs) : empty('no jobs'))
  }
}

class Backups extends HTMLElement {
  title = 'page backups'

  connectedCallback() {
    this.load()
  }

  async load() {
    const { backups, failure } = await get('/kitsulite/backups')
    const make = h('button', { class: 'primary', id: 'make-backup', onclick: async () => {
      make.disabled = true
      try {
        await post('/kitsulite/backups')
        say(t('The backup is made.'))
        await this.load()
      } finally {
        make.disabled = false
      }
    } }, t('Make a backup'))
    fill(this, h('h1', {}, t('page backups')), h('p', {}, t('backups note')), h('p', { class: 'actions' }, make), failure && h('p', { class: 'wrong', role: 'alert' }, String(failure.message || failure)),
      backups.length ? table(t('page backups'), {
        [t('Name')]: backup => h('a', { href: '/api/kitsulite/backups/' + encodeURIComponent(backup.name), download: backup.name }, backup.name),
        [t('Made')]: backup => when(backup.made_at.slice(0, 19)),
        [t('Size')]: backup => backup.size === null ? '' : size(backup.size),
      }, backups) : empty('none yet'))
  }
}

customElements.define('kl-outbox', Outbox)
customElements.define('kl-events', Events)
customElements.define('kl-jobs', Jobs)
customElements.define('kl-backups', Backups)

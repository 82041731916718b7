// People and invitations.
import { avatar, field, fill, fullName, h, say, t } from './dom.js'
import { get, post, put, refresh, session } from './api.js'
import { form } from './signin.js'

const ROLES = ['user', 'supervisor', 'manager', 'admin', 'vendor', 'client']

class People extends HTMLElement {
  title = 'page people'

  async connectedCallback() {
    await refresh()
    this.draw()
  }

  draw() {
    const people = session.studio.persons.filter(person => !person.is_bot)
    fill(this, h('h1', {}, t('page people')),
      h('details', { class: 'card', id: 'invite' }, h('summary', {}, t('Invite somebody')), this.form()),
      h('div', { class: 'table', tabindex: '0', role: 'region', 'aria-label': t('page people') }, h('table', { class: 'plain' },
        h('thead', {}, h('tr', {}, ['Name', 'Address', 'Role', 'Action'].map(title => h('th', { scope: 'col' }, t(title))))),
        h('tbody', {}, people.map(person => this.row(person))))))
  }

  form() {
    const projects = session.studio.projects
    return form(t('Invite'), [
      h('div', { class: 'two' },
        field(t('First name'), h('input', { name: 'first_name', required: true, maxlength: 80, autocomplete: 'off' })),
        field(t('Last name'), h('input', { name: 'last_name', required: true, maxlength: 80, autocomplete: 'off' }))),
      field(t('Address'), h('input', { name: 'email', type: 'email', required: true, autocomplete: 'off' })),
      h('div', { class: 'two' },
        field(t('Role'), h('select', { name: 'role' }, ROLES.map(role => h('option', { value: role }, t('role ' + role))))),
        field(t('Production'), h('select', { name: 'project' }, h('option', { value: '' }, t('none')), projects.map(project => h('option', { value: project.id }, project.name))))),
    ], async ({ project, ...person }) => {
      const made = await post('/data/persons', person)
      if (project) await post(`/data/projects/${project}/team`, { person_id: made.id })
      await get(`/actions/persons/${made.id}/invite`)
      say(t('invited', { email: made.email }))
      await this.connectedCallback()
    })
  }

  row(person) {
    const isMe = person.id === session.person.id
    const act = (label, work) => h('button', { class: 'quiet', 'aria-label': `${t(label)}: ${fullName(person)}`, onclick: work }, t(label))
    const role = h('select', { disabled: isMe, 'aria-label': `${t('Role')}: ${fullName(person)}`, onchange: async event => {
      await put('/data/persons/' + person.id, { role: event.target.value })
      say(t('Saved.'))
    } }, ROLES.map(name => h('option', { value: name, selected: name === person.role }, t('role ' + name))))
    const link = h('code', { class: 'secret' })
    return h('tr', { class: person.active ? '' : 'inactive' },
      h('td', {}, h('span', { class: 'person' }, avatar(person, 'small'), fullName(person))), h('td', {}, person.email || ''), h('td', {}, role),
      h('td', {}, isMe ? '' : [
        act('Mail an invitation', async () => {
          await get(`/actions/persons/${person.id}/invite`)
          say(t('invited', { email: person.email }))
        }),
        act('Link', async () => {
          link.textContent = (await post(`/actions/persons/${person.id}/reset-password-link`)).reset_password_link
        }),
        act(person.active ? 'Deactivate' : 'Activate', async () => {
          await put('/data/persons/' + person.id, { active: !person.active })
          await this.connectedCallback()
        }), link]))
  }
}

customElements.define('kl-people', People)

// Before one is signed in: signing in, choosing a password by a link, the first start, lists for guests.
import { LANGUAGES, choose, field, fill, fullName, h, language, say, t } from './dom.js'
import { Refused, get, post, put, session } from './api.js'

const text = (name, type, complete, more = {}) =>
  h('input', { name, type, autocomplete: complete, required: true, ...more })

/** A form whose fields go to `send`; what it refuses is shown inside. */
export function form(label, fields, send, extra) {
  const wrong = h('p', { class: 'wrong', role: 'alert' })
  const button = h('button', { class: 'primary', type: 'submit' }, label)
  const made = h('form', {
    onsubmit: async event => {
      event.preventDefault()
      wrong.textContent = ''
      button.disabled = true
      try {
        await send(Object.fromEntries(new FormData(made)), made)
      } catch (error) {
        if (!(error instanceof Refused)) throw error
        wrong.textContent = error.message
      } finally {
        button.disabled = false
      }
    },
  }, fields, wrong, h('p', { class: 'actions' }, button, extra))
  return made
}

const card = (title, ...children) => h('section', { class: 'card narrow' }, h('h1', {}, title), children)

const languages = () => h('p', { class: 'languages' }, Object.entries(LANGUAGES).map(([key, name]) =>
  h('button', { class: 'quiet', lang: key, 'aria-pressed': String(key === language), onclick: () => choose(key) }, name)))

async function signIn(email, password, proofs = {}) {
  const answer = await post('/auth/login', { email, password, ...proofs })
  if (!answer.login) throw new Refused(400, answer)
  dispatchEvent(new Event('signed-in'))
}

class SignIn extends HTMLElement {
  title = 'Sign in'

  connectedCallback() {
    const demo = session.about.demo
    fill(this, card(session.about.studio || 'kitsulite', this.form(), demo && this.demo(demo), languages()))
    this.querySelector('input').focus()
  }

  form() {
    const email = text('email', 'text', 'username', { inputmode: 'email', autocapitalize: 'off', id: 'email' })
    const password = text('password', 'password', 'current-password', { id: 'password' })
    const second = h('div')
    let proof = 'totp'
    return form(t('Sign in'), [field(t('Address'), email), field(t('Password'), password), second], async fields => {
      try {
        await signIn(fields.email, fields.password, fields.code ? { [proof]: fields.code } : {})
      } catch (error) {
        if (!error.data?.missing_OTP) throw error
        proof = error.data.preferred_two_factor_authentication === 'email_otp' ? 'email_otp' : 'totp'
        if (proof === 'email_otp') await get('/auth/email-otp?email=' + encodeURIComponent(fields.email))
        fill(second, field(t('Code'), text('code', 'text', 'one-time-code'), t('code note')))
        second.querySelector('input').focus()
      }
    }, h('button', {
      class: 'quiet', type: 'button', id: 'forgot', onclick: async () => {
        if (!email.value) {
          email.focus()
          say(t('Write your address first.'), true)
          return
        }
        await post('/auth/reset-password', { email: email.value })
        say(t('A mail is on its way if somebody has this address.'))
      },
    }, t('Forgot the password?')))
  }

  demo(demo) {
    return h('section', { class: 'demo' }, h('h2', {}, t('A demo studio')),
      h('p', {}, demo.shown_password ? t('demo note', { password: demo.shown_password }) : t('demo note own')),
      h('ul', { class: 'people' }, demo.people.map(person => h('li', {}, h('button', {
        type: 'button', disabled: !demo.shown_password, 'data-email': person.email,
        onclick: () => signIn(person.email, demo.shown_password),
      }, h('b', {}, person.name), ' ', h('small', {}, t('role ' + person.role)))))))
  }
}

/** Two fields for a new password. */
function passwords() {
  const least = { minlength: session.about.min_password_length || 8 }
  return [
    field(t('New password'), text('password', 'password', 'new-password', least)),
    field(t('Again'), text('again', 'password', 'new-password', least)),
  ]
}

class ChoosePassword extends HTMLElement {
  title = 'Choose a password'

  connectedCallback() {
    const asked = new URLSearchParams(location.search)
    const email = asked.get('email') || ''
    const isNew = asked.get('type') === 'new'
    fill(this, card(t('Choose a password'),
      h('p', {}, t(isNew ? 'invitation note' : 'reset note', { email, studio: session.about.studio || 'kitsulite' })),
      form(t('Save and sign in'), [
        h('input', { type: 'email', value: email, autocomplete: 'username', hidden: true, readonly: true }),
        passwords(),
      ], async fields => {
        const body = { email, token: asked.get('token') || '', password: fields.password, password2: fields.again }
        await put('/auth/reset-password', body)
        history.replaceState(null, '', '/kitsulite/#/')
        await signIn(email, fields.password)
      }), languages()))
  }
}

class Start extends HTMLElement {
  title = 'Welcome'

  connectedCallback() {
    const kinds = h('select', { name: 'kind' }, ['3d', '2d', 'vfx', 'games'].map(kind =>
      h('option', { value: kind }, t('kind ' + kind))))
    fill(this, card(t('Welcome'), h('p', {}, t('start note')), form(t('Begin'), [
      field(t('Name of the studio'), text('studio', 'text', 'organization', { maxlength: 80 })),
      field(t('Kind of studio'), kinds, t('kind note')),
      field(t('Your address'), text('email', 'email', 'username'), t('your address note')),
      passwords(),
    ], async fields => {
      const [, token] = this.words
      await post('/kitsulite/first-start', { ...fields, token })
      dispatchEvent(new Event('signed-in'))
    }), languages()))
  }
}

/** A playlist that was shared by a link, with what its guests may read. */
class Guest extends HTMLElement {
  title = 'Playlist'

  async connectedCallback() {
    try {
      await this.show('')
    } catch (error) {
      if (!(error instanceof Refused)) throw error
      fill(this, card(t('Playlist'), h('p', {}, t('guest note')), form(t('Open'), [
        field(t('Password'), text('password', 'password', 'off')),
      ], fields => this.show(fields.password)), languages()))
    }
  }

  async show(password) {
    const token = location.pathname.split('/')[3]
    const asked = password ? '?password=' + encodeURIComponent(password) : ''
    const shared = '/shared/playlists/' + encodeURIComponent(token)
    const [list, comments] = await Promise.all([get(shared + asked), get(`${shared}/comments${asked}`)])
    const file = (kind, shot) => `/api${shared}/${kind}/originals/preview-files/${shot.preview_file_id}.${shot.preview_file_extension}${asked}`
    fill(this, h('h1', {}, list.name), h('p', {}, list.project_name),
      h('div', { class: 'shots' }, list.shots.map(shot => h('figure', {},
        !shot.preview_file_id ? h('p', { class: 'empty' }, t('preview missing'))
          : shot.preview_file_extension === 'mp4' ? h('video', { controls: true, preload: 'none', 'aria-label': shot.name, src: file('movies', shot) })
          : h('img', { alt: '', loading: 'lazy', src: file('pictures', shot) }),
        h('figcaption', {}, h('b', {}, [shot.parent_name, shot.name].filter(Boolean).join(' / ')), ' ', h('small', {}, shot.preview_file_revision ? `v${shot.preview_file_revision}` : ''),
          comments.filter(comment => comment.object_id === shot.preview_file_task_id).map(comment =>
            h('p', { class: 'reply' }, h('b', {}, fullName(comment.person)), ' ', comment.text)))))))
  }
}

customElements.define('kl-sign-in', SignIn)
customElements.define('kl-choose-password', ChoosePassword)
customElements.define('kl-start', Start)
customElements.define('kl-guest', Guest)

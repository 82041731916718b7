// The frame of all pages: who is signed in, where to go, which page is shown.
import { LANGUAGES, avatar, choose, fill, fullName, h, language, say, t } from './dom.js'
import { hangUp, isAdmin, listen, open, session, signOut } from './api.js'
import './signin.js'
import './home.js'
import './board.js'
import './admin.js'
import './people.js'

/** word of the address -> element, and whether it is for administrators, or for strangers */
const PAGES = {
  '': ['kl-home'],
  board: ['kl-board'],
  people: ['kl-people', 'admin'],
  outbox: ['kl-outbox', 'admin'],
  events: ['kl-events', 'admin'],
  jobs: ['kl-jobs', 'admin'],
  backups: ['kl-backups', 'admin'],
  start: ['kl-start', 'stranger'],
}
const main = document.getElementById('main')
const top = document.getElementById('top')
let shown = ''

function link(to, label, here) {
  return h('a', { href: '#/' + to, 'aria-current': here === to ? 'page' : undefined }, label)
}

/** ends the listening that makes a person be there for others, on whatever page they are */
let stay = null

function drawTop(here) {
  if (session.person) stay ??= listen(() => {})
  else if (stay) {
    stay()
    stay = null
    hangUp()
  }
  top.hidden = !session.person
  if (!session.person) return
  const pages = isAdmin() ? ['people', 'outbox', 'events', 'jobs', 'backups'] : []
  const languages = h('select', { 'aria-label': t('Language'), onchange: event => choose(event.target.value) },
    Object.entries(LANGUAGES).map(([key, name]) => h('option', { value: key, selected: key === language }, name)))
  fill(top,
    h('a', { class: 'brand', href: '#/' }, session.about.studio || 'kitsulite'),
    h('nav', { 'aria-label': t('Pages') }, link('', t('Home'), here), pages.map(page => link(page, t('page ' + page), here))),
    h('div', { class: 'me' }, h('span', { class: 'live', title: t('Live') }), languages, avatar(session.person),
      h('span', { class: 'name' }, fullName(session.person)),
      h('button', { class: 'quiet', id: 'sign-out', onclick: leave }, t('Sign out'))),
  )
}

async function leave() {
  await signOut()
  location.hash = '#/'
  route(true)
}

/** The page of an address: `#/board/<project>/shots/<task>`, or a path that a mail leads to. */
function route(again = false) {
  const words = location.hash.replace(/^#\/?/, '').split('/').map(decodeURIComponent)
  if (location.hash === '#main') return
  let [name, rule] = PAGES[words[0]] || PAGES['']
  if (location.pathname === '/reset-change-password') name = 'kl-choose-password'
  else if (location.pathname.startsWith('/playlists/shared/')) name = 'kl-guest'
  else if (!session.person && rule !== 'stranger') name = 'kl-sign-in'
  else if (rule === 'admin' && !isAdmin()) name = 'kl-home'
  drawTop(words[0] || '')
  const place = name + '/' + (name === 'kl-board' ? words[1] || '' : words[0])
  if (place === shown && !again && main.firstChild?.go) {
    main.firstChild.go(words)
    return
  }
  shown = place
  const page = document.createElement(name)
  page.words = words
  main.replaceChildren(page)
  document.title = [t(page.title || 'kitsulite'), session.about.studio].filter(Boolean).join(' · ')
}

/** From a path of the web client that a mail names to the page that shows the same. */
function fromMail() {
  const [, productions, project] = location.pathname.split('/')
  if (productions !== 'productions' || !project) return
  const task = location.pathname.match(/\/tasks\/([\w-]+)/)
  history.replaceState(null, '', `/kitsulite/#/board/${project}/shots/${task ? task[1] : ''}`)
}

addEventListener('hashchange', () => route())
addEventListener('signed-in', async () => {
  await open()
  if (location.pathname === '/reset-change-password' || location.hash.startsWith('#/start')) {
    history.replaceState(null, '', '/kitsulite/#/')
  }
  route(true)
  main.focus()
})
addEventListener('signed-out', () => {
  if (!session.person) return
  session.person = session.studio = null
  route(true)
})
addEventListener('unhandledrejection', event => say(event.reason?.message || String(event.reason), true))

document.getElementById('skip').textContent = t('Skip to the content')
document.getElementById('skip').addEventListener('click', event => {
  event.preventDefault()
  main.focus()
})
fromMail()
await open().catch(error => say(error.message, true))
route()

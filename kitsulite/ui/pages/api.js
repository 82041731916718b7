// Calls of the API, the session, and events as they happen.
import { t } from './dom.js'

export class Refused extends Error {
  constructor(status, data) {
    super(data?.message || data?.msg || t('error', { status }))
    this.status = status
    this.data = data || {}
  }
}

// The server keeps pages of its own signed in by cookies, whatever the browser calls itself.
const OURS = { 'X-Requested-With': 'kitsulite' }

async function send(method, path, body) {
  const headers = { ...OURS, Accept: 'application/json' }
  if (body !== undefined && !(body instanceof FormData)) {
    headers['Content-Type'] = 'application/json'
    body = JSON.stringify(body)
  }
  return fetch(path, { method, headers, body, credentials: 'same-origin', cache: 'no-store' })
}

async function call(method, path, body) {
  let answer = await send(method, '/api' + path, body)
  if ((answer.status === 401 || answer.status === 422) && !path.startsWith('/auth/') && await renewed()) {
    answer = await send(method, '/api' + path, body)
  }
  const isJson = (answer.headers.get('Content-Type') || '').includes('json')
  const data = isJson ? await answer.json() : null
  if (!answer.ok) {
    if (answer.status === 401 && !path.startsWith('/auth/')) {
      dispatchEvent(new Event('signed-out'))
      // whoever waits for the answer is on a page that is gone
      return new Promise(() => {})
    }
    throw new Refused(answer.status, data)
  }
  return data
}

// the cookie of the refresh token is sent to this path alone
const renewed = async () => (await send('GET', '/auth/refresh-token')).ok

export const get = path => call('GET', path)
export const post = (path, body = {}) => call('POST', path, body)
export const put = (path, body = {}) => call('PUT', path, body)
export const remove = path => call('DELETE', path)

// The session

/** What the person sees of the studio: rows by id, and lists. */
export const session = { person: null, studio: null, about: {} }

export async function open() {
  session.about = await get('/kitsulite/about')
  try {
    session.person = (await get('/auth/authenticated')).user
  } catch (error) {
    if (!(error instanceof Refused) || error.status >= 500) throw error
    session.person = null
    return
  }
  await refresh()
}

export async function refresh() {
  const studio = await get('/data/user/context')
  for (const name of ['persons', 'projects', 'task_types', 'task_status', 'asset_types']) {
    studio[name + '_by_id'] = new Map(studio[name].map(row => [row.id, row]))
  }
  session.studio = studio
}

export const isAdmin = () => session.person?.role === 'admin'
export const row = (table, id) => session.studio?.[table + '_by_id'].get(id)

export async function signOut() {
  hangUp()
  try { await get('/auth/logout') } finally { session.person = session.studio = null }
}

// Events: Socket.IO over WebSocket, as little of it as is needed.

const listeners = new Set()
let socket = null
let pause = 1000

/** Call a function with (name, payload) of every event; 'connected' at first, '' after an interruption. Returns what ends that. */
export function listen(listener) {
  listeners.add(listener)
  if (!socket) connect()
  return () => listeners.delete(listener)
}

const notify = (name, payload) => listeners.forEach(listener => listener(name, payload))

function connect() {
  if (!session.person) return
  const scheme = location.protocol === 'https:' ? 'wss:' : 'ws:'
  const own = socket = new WebSocket(`${scheme}//${location.host}/socket.io/?EIO=4&transport=websocket`)
  let wasOpen = false
  own.onmessage = ({ data }) => {
    if (typeof data !== 'string') return
    if (data[0] === '0') own.send('40/events,')
    else if (data === '2') own.send('3')
    else if (data.startsWith('40/events')) {
      wasOpen = true
      document.documentElement.dataset.live = 'on'
      notify(pause > 1000 ? '' : 'connected', {})
      pause = 1000
    } else if (data.startsWith('42/events,')) {
      const [name, payload] = JSON.parse(data.slice(10))
      notify(name, payload || {})
    }
  }
  own.onclose = () => {
    document.documentElement.dataset.live = 'off'
    if (socket !== own) return
    socket = null
    pause = Math.min(wasOpen ? 2000 : pause * 2, 30000)
    setTimeout(() => { if (!socket && listeners.size) connect() }, pause)
  }
}

export function hangUp() {
  const old = socket
  socket = null
  old?.close()
}

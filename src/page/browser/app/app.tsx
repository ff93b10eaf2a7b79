import '../styles/app.css'
import { render } from 'preact'
import { createApi } from '../api.ts'
import { parseAddress } from '../view-address.ts'
import { PageFrame } from './page-frame.tsx'

const root = document.getElementById('page')
const { secret } = parseAddress(location.hash)
if (root !== null) render(<PageFrame api={createApi(secret)} />, root)

// Another secret in the same tab: the server was started again.
window.addEventListener('hashchange', () => {
  if (parseAddress(location.hash).secret !== secret) location.reload()
})

import { describe, expect, it } from 'vitest'
import { parseOptions } from '../src/options.ts'

describe('the command line', () => {
  it('needs only an id', () => {
    expect(parseOptions(['--id', '2'])).toMatchObject({ id: 2, clientPort: 7622, dataDir: './data/2', fenced: true })
  })

  it('takes everything else', () => {
    const options = parseOptions(['--id', '1', '--peers', '1=ws://a:1,2=ws://b:2', '--no-fence', '--every-ms', '5'])
    expect(options).toMatchObject({ peers: { 1: 'ws://a:1', 2: 'ws://b:2' }, fenced: false, everyMs: 5 })
  })

  it('says what is wrong', () => {
    expect(() => parseOptions([])).toThrowError('--id must be a whole number')
    expect(() => parseOptions(['--id', '1', '--peers', 'ws://a:1'])).toThrowError('--peers: "ws://a:1" is not id=endpoint')
    expect(() => parseOptions(['--id', '1', '--every-ms', 'soon'])).toThrowError('not "soon"')
    expect(() => parseOptions(['--id', '1', '--what'])).toThrowError()
  })
})

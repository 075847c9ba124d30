import { describe, expect, it } from 'vitest'
import { Progress, timeText } from '../src/progress.ts'

describe('progress', () => {
  it('tells each step and what is left, one line each, when nobody watches', async () => {
    let text = ''
    const progress = new Progress({ write: (part) => (text += part) }, 100)
    expect(await progress.during('first', 40, async () => 'result')).toBe('result')
    progress.skip(10)
    await progress.during('second', 20, async () => {})
    expect(text).toBe('first (about 1 min 40 s left)\nsecond (about 50 s left)\n')
  })

  it('keeps one line on a terminal, and clears it', async () => {
    let text = ''
    const progress = new Progress({ isTTY: true, write: (part) => (text += part) }, 5)
    await progress.during('step', 5, async () => {})
    expect(text).toBe('\r\u001b[2Kstep (about 5 s left)\r\u001b[2K')
  })

  it('counts a step that failed as done', async () => {
    let text = ''
    const progress = new Progress({ write: (part) => (text += part) }, 10)
    await expect(progress.during('a', 4, () => Promise.reject(new Error('no')))).rejects.toThrow('no')
    await progress.during('b', 6, async () => {})
    expect(text).toContain('b (about 6 s left)')
  })

  it('says minutes when there are any', () => {
    expect([timeText(9.2), timeText(60), timeText(125)]).toEqual(['10 s', '1 min 0 s', '2 min 5 s'])
  })
})

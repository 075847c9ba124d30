import type { SynodErrorCode } from '@synod/interface'
import type { Reader } from '@synod/wire'

const codePattern = /^SYNOD_[A-Z][A-Z_]*$/

/** Codes travel as text, so that a reader passes on one that a newer writer knows. */
export function readCode(reader: Reader): SynodErrorCode {
  const code = reader.string(64)
  if (isCode(code)) return code
  reader.fail('malformed error code')
  return 'SYNOD_BAD_FRAME'
}

function isCode(text: string): text is SynodErrorCode {
  return codePattern.test(text)
}

import type { Stat } from '@synod/interface/protocol'
import type { Reader, Writer } from '@synod/wire'

/** `aversion` is always 0 and does not travel. */
export function writeStat(writer: Writer, stat: Stat): void {
  writer.zxid(stat.czxid)
  writer.zxid(stat.mzxid)
  writer.zxid(stat.pzxid)
  writer.u53(stat.ctime)
  writer.u53(stat.mtime)
  writer.u53(stat.version)
  writer.u53(stat.cversion)
  writer.u53(stat.ephemeralOwner)
  writer.u53(stat.dataLength)
  writer.u53(stat.numChildren)
}

export function readStat(reader: Reader): Stat {
  return {
    czxid: reader.zxid(),
    mzxid: reader.zxid(),
    pzxid: reader.zxid(),
    ctime: reader.u53(),
    mtime: reader.u53(),
    version: reader.u53(),
    cversion: reader.u53(),
    aversion: 0,
    ephemeralOwner: reader.u53(),
    dataLength: reader.u53(),
    numChildren: reader.u53(),
  }
}

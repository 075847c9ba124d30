import { MessageChannel, type MessagePort } from 'node:worker_threads'
import type { Dialer } from '@synod/interface'
import { PortLink } from './port-link.ts'

/** Connects clients to the server of a thread: each connection is a pair of ports, of which `hand` gives the thread one. */
export function threadDialer(hand: (port: MessagePort) => void): Dialer {
  return {
    dial: (_endpoint, handlers) => {
      const { port1, port2 } = new MessageChannel()
      const link = new PortLink(port1)
      let over = false
      link.start({
        onFrame: (frame) => handlers.onFrame(frame),
        onClosed: (error) => handlers.onClosed(over ? null : error),
      })
      setImmediate(() => {
        if (over) return
        handlers.onOpened(link)
        hand(port2)
      })
      return () => {
        if (over) return
        over = true
        link.close('the client gave up')
      }
    },
  }
}

import type { Clock, Random } from '@synod/interface'
import type { CoordinationClient } from '@synod/interface/coordination'
import { createClient } from '../create-client.ts'
import type { ClientTuning } from '../options.ts'
import type { ClientService } from '../service/client-service.ts'
import { localDialer } from './local-dialer.ts'

export interface LocalClientOptions extends ClientTuning {
  /** The service of this process's own replica. */
  readonly service: ClientService
  readonly clock: Clock
  readonly random: Random
}

/** A client of a service in the same process: the same engine and guarantees as over a network, without sockets. */
export function localClient(options: LocalClientOptions): CoordinationClient {
  const { service, ...rest } = options
  return createClient({
    ...rest,
    servers: ['local:'],
    dialer: localDialer(new Map([['local:', service]]), options.clock),
    prefer: 'nearest',
  })
}

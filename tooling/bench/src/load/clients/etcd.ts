import { noop } from 'cockatiel'
import { Etcd3 } from 'etcd3'
import type { IOptions } from 'etcd3'
import type { BenchClient, ClientTarget } from './client.ts'

/** An attempt that a fail-over has swallowed is given up after so long. */
const attemptMs = 100

/** For the gap: no circuit breaker, which would spare a server for five seconds, and quick redials. */
const impatience: Partial<IOptions> = {
  faultHandling: { global: noop, host: () => noop },
  defaultCallOptions: ({ isStream }) => (isStream ? {} : { deadline: Date.now() + attemptMs }),
  grpcOptions: { 'grpc.initial_reconnect_backoff_ms': 100, 'grpc.min_reconnect_backoff_ms': 100, 'grpc.max_reconnect_backoff_ms': 100 },
}

/** `etcd3` with default settings, unless it is impatient. Its reads are linearizable. */
export async function connectEtcd({ endpoints, impatient }: ClientTarget): Promise<BenchClient> {
  const client = new Etcd3({ hosts: [...endpoints], ...(impatient ? impatience : {}) })
  const put = async (key: string, value: Uint8Array): Promise<void> => {
    await client.put(key).value(Buffer.from(value.buffer, value.byteOffset, value.byteLength))
  }
  return {
    put,
    write: put,
    async read(key) {
      await client.get(key).buffer()
    },
    async lockAndUnlock(name) {
      const lock = await client.lock(`lock/${name}`).acquire()
      await lock.release()
    },
    close: async () => client.close(),
  }
}

import { describe, expect, it } from 'vitest'
import { ConfigService } from '@synod/recipes/config'
import type { InvalidConfig, StandardSchema } from '@synod/recipes/config'
import { FakeClient } from './fake-client.ts'
import { FakeService } from './fake-service.ts'
import { idle, until } from './waiting.ts'

interface Checkout {
  readonly currency: string
  readonly retries: number
}

interface CheckoutInput {
  readonly currency: string
  readonly retries?: number
}

/** What zod and its like give: every issue at once, defaults filled in, asynchronous if they like. */
const schema: StandardSchema<CheckoutInput, Checkout> = {
  '~standard': {
    version: 1,
    vendor: 'test',
    validate: (value) => {
      const { currency, retries = 3 } = (value ?? {}) as { readonly currency?: unknown; readonly retries?: unknown }
      const issues = []
      if (typeof currency !== 'string') issues.push({ message: 'must be a string', path: ['currency'] })
      if (typeof retries !== 'number') issues.push({ message: 'must be a number', path: [{ key: 'retries' }] })
      return Promise.resolve(issues.length > 0 ? { issues } : { value: { currency: currency as string, retries: retries as number } })
    },
  },
}

const path = '/config/checkout'

function setUp(options: { readonly initial?: CheckoutInput } = {}): {
  readonly service: FakeService
  readonly client: FakeClient
  readonly config: ConfigService<typeof schema>
  readonly invalid: InvalidConfig[]
} {
  const service = new FakeService()
  const client = new FakeClient(service)
  const invalid: InvalidConfig[] = []
  return {
    service,
    client,
    invalid,
    config: new ConfigService(client, path, { schema, ...options, onInvalid: (one) => invalid.push(one) }),
  }
}

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)

describe('get and set', () => {
  it('writes the input and reads the output, with version and position', async () => {
    const { config, client } = setUp()
    const first = await config.set({ currency: 'EUR' })
    expect(first).toMatchObject({ value: { currency: 'EUR', retries: 3 }, version: 0 })
    expect(new TextDecoder().decode((await client.get(path)).data)).toBe('{"currency":"EUR"}')
    const second = await config.set({ currency: 'USD', retries: 5 })
    expect(await config.get()).toEqual({ value: { currency: 'USD', retries: 5 }, version: 1, zxid: second.zxid })
  })

  it('stands in with the initial value, unwritten, or rejects with SYNOD_NO_NODE', async () => {
    const { config, service } = setUp({ initial: { currency: 'EUR' } })
    expect(await config.get()).toMatchObject({ value: { currency: 'EUR', retries: 3 }, version: -1 })
    expect(service.counts.writes).toBe(0)
    await expect(setUp().config.get()).rejects.toMatchObject({ code: 'SYNOD_NO_NODE' })
  })

  it('rejects an invalid value with all issues and writes nothing', async () => {
    const { config, service } = setUp()
    const bad = { currency: 1, retries: 'many' } as unknown as CheckoutInput
    const issues = [
      { path: 'currency', message: 'must be a string' },
      { path: 'retries', message: 'must be a number' },
    ]
    await expect(config.set(bad)).rejects.toMatchObject({ code: 'SYNOD_INVALID_CONFIG', issues })
    await expect(config.compareAndSet(bad, -1)).rejects.toMatchObject({ code: 'SYNOD_INVALID_CONFIG', issues })
    await expect(config.set(1n as unknown as CheckoutInput)).rejects.toMatchObject({ code: 'SYNOD_INVALID_CONFIG' })
    await expect(config.set(undefined as unknown as CheckoutInput)).rejects.toMatchObject({ code: 'SYNOD_INVALID_CONFIG' })
    expect(service.counts.writes).toBe(0)
  })

  it('checks what will be read, not what was passed: JSON drops what it does not know', async () => {
    const { config } = setUp()
    const bad = { currency: 'EUR', retries: Number.NaN }
    await expect(config.set(bad)).rejects.toMatchObject({ issues: [{ path: 'retries' }] })
  })
})

describe('compareAndSet and update', () => {
  it('hands its signal on to the write, so that one that was not sent never is', async () => {
    const { client, config } = setUp()
    const given: unknown[] = []
    const set = client.set.bind(client)
    client.set = (...call) => {
      given.push(call[2]?.signal)
      return set(...call)
    }
    const create = client.create.bind(client)
    client.create = (...call) => {
      given.push(call[2]?.signal)
      return create(...call)
    }
    const { signal } = new AbortController()
    await config.set({ currency: 'EUR' }, { signal })
    await config.compareAndSet({ currency: 'CHF' }, 0, { signal })
    expect(given).toEqual([signal, signal, signal])
  })

  it('does not wait for a schema longer than its signal allows', async () => {
    const { client } = setUp()
    await client.create(path, new TextEncoder().encode('1'), { parents: true })
    const stuck: StandardSchema<number, number> = {
      '~standard': { version: 1, vendor: 'test', validate: () => new Promise(() => undefined) },
    }
    const config = new ConfigService(client, path, { schema: stuck })
    const controller = new AbortController()
    const waiting = [
      config.get({ signal: controller.signal }),
      config.set(1, { signal: controller.signal }),
      config.values({ signal: controller.signal }).next(),
    ]
    const ends = Promise.allSettled(waiting)
    await idle()
    controller.abort('enough')
    expect((await ends).map((end) => end.status === 'rejected' && end.reason)).toEqual(['enough', 'enough', 'enough'])
  })

  it('writes only over the version named', async () => {
    const { config } = setUp()
    await config.compareAndSet({ currency: 'EUR' }, -1)
    await expect(config.compareAndSet({ currency: 'USD' }, -1)).rejects.toMatchObject({ code: 'SYNOD_BAD_VERSION' })
    await config.compareAndSet({ currency: 'USD' }, 0)
    await expect(config.compareAndSet({ currency: 'CHF' }, 0)).rejects.toMatchObject({ code: 'SYNOD_BAD_VERSION' })
    await expect(config.compareAndSet({ currency: 'CHF' }, -2)).rejects.toThrowError(TypeError)
    expect((await config.get()).value.currency).toBe('USD')
  })

  it('refuses the version of a value that was deleted', async () => {
    const { config, client } = setUp()
    await config.set({ currency: 'EUR' })
    await client.delete(path)
    await expect(config.compareAndSet({ currency: 'USD' }, 0)).rejects.toMatchObject({ code: 'SYNOD_BAD_VERSION' })
  })

  it('loses no increment of many writers', async () => {
    const { service } = setUp()
    const writers = Array.from(
      { length: 10 },
      () => new ConfigService(new FakeClient(service), path, { schema, initial: { currency: 'EUR', retries: 0 } }),
    )
    await Promise.all(writers.map((writer) => writer.update((current) => ({ ...current, retries: current.retries + 1 }))))
    expect((await writers[0]?.get())?.value.retries).toBe(10)
  })

  it('gives up after attemptsMax', async () => {
    const { config, client } = setUp({ initial: { currency: 'EUR' } })
    let calls = 0
    const racing = config.update(
      async (current) => {
        calls += 1
        await client.create(path, bytes('{"currency":"USD"}'), { parents: true }).catch(() => client.set(path, bytes('{"currency":"USD"}')))
        return current
      },
      { attemptsMax: 3 },
    )
    await expect(racing).rejects.toMatchObject({ code: 'SYNOD_BAD_VERSION' })
    expect(calls).toBe(3)
  })

  it('does not overwrite a value that the schema refuses', async () => {
    const { config, client } = setUp({ initial: { currency: 'EUR' } })
    await client.create(path, bytes('{"currency":7}'), { parents: true })
    await expect(config.update((current) => current)).rejects.toMatchObject({ code: 'SYNOD_INVALID_CONFIG' })
    expect((await client.get(path)).stat.version).toBe(0)
  })
})

describe('values', () => {
  it('gives the current value, then every change; nothing that the schema refuses, which is reported once', async () => {
    const { config, client, invalid } = setUp()
    const seen: string[] = []
    const watching = (async () => {
      for await (const value of config.values()) seen.push(value.currency)
    })()
    await idle()
    for (const [count, text] of [
      [1, 'EUR'],
      [2, 'USD'],
    ] as const) {
      await config.set({ currency: text })
      await until(() => seen.length === count)
    }
    for (const bad of ['{"currency":7}', 'no json']) {
      await client.set(path, bytes(bad))
      await until(() => invalid.length === (bad === 'no json' ? 2 : 1))
    }
    expect((await config.get()).value.currency).toBe('USD')
    await config.set({ currency: 'CHF' })
    await until(() => seen.length === 3)
    expect(seen).toEqual(['EUR', 'USD', 'CHF'])
    expect(invalid).toMatchObject([{ path, version: 2, error: { code: 'SYNOD_INVALID_CONFIG' } }, { version: 3 }])
    await config.close()
    await watching
  })

  it('begins with the initial value, also when a bad one is stored, and comes back to it after a deletion', async () => {
    const { config, client, invalid } = setUp({ initial: { currency: 'EUR' } })
    await client.create(path, bytes('[]'), { parents: true })
    const values = config.values()
    expect((await values.next()).value).toMatchObject({ currency: 'EUR' })
    expect(invalid).toHaveLength(1)
    await config.set({ currency: 'USD' })
    expect((await values.next()).value).toMatchObject({ currency: 'USD' })
    await client.delete(path)
    expect((await values.next()).value).toMatchObject({ currency: 'EUR' })
    await values.return()
  })

  it('gives a slow consumer the newest value', async () => {
    const { config } = setUp()
    await config.set({ currency: 'A' })
    const values = config.values()
    expect((await values.next()).value).toMatchObject({ currency: 'A' })
    for (const currency of ['B', 'C', 'D']) await config.set({ currency })
    expect((await values.next()).value).toMatchObject({ currency: 'D' })
    await values.return()
  })

  it('rejects with the reason of its signal', async () => {
    const { config } = setUp()
    const abort = new AbortController()
    const next = config.values({ signal: abort.signal }).next()
    abort.abort('enough')
    await expect(next).rejects.toBe('enough')
  })

  it('rejects an initial value that the schema refuses', async () => {
    const { config } = setUp({ initial: {} as CheckoutInput })
    await expect(config.get()).rejects.toMatchObject({ code: 'SYNOD_INVALID_CONFIG', issues: [{ path: 'currency' }] })
  })
})

describe('bad input', () => {
  it('is refused', () => {
    const client = new FakeClient(new FakeService())
    expect(() => new ConfigService(client, '/', { schema })).toThrowError(expect.objectContaining({ code: 'SYNOD_INVALID_PATH' }))
    expect(() => new ConfigService(client, path, { schema: {} as typeof schema })).toThrowError(TypeError)
  })
})

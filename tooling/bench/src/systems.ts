/** The systems that are measured, in this order. `pipeline` is no system but the practical limit of the machine. */
export const systems = ['synod', 'zookeeper', 'etcd', 'pipeline'] as const

export type System = (typeof systems)[number]

/** How they are called in front of people. */
export const titles: Readonly<Record<System, string>> = { synod: 'Synod', zookeeper: 'ZooKeeper', etcd: 'etcd', pipeline: 'bare pipeline' }

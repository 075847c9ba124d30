/** The systems that are measured, in this order. */
export const systems = ['synod', 'zookeeper', 'etcd'] as const

export type System = (typeof systems)[number]

/** How they are called in front of people. */
export const titles: Readonly<Record<System, string>> = { synod: 'Synod', zookeeper: 'ZooKeeper', etcd: 'etcd' }

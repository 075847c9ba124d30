/**
 * Clusters for tests of applications: real servers in this process, with network and disks in memory, no ports and no files.
 * @module
 */
export { startTestCluster } from './testing/test-cluster.ts'
export type { TestCluster, TestClusterOptions } from './testing/test-cluster.ts'

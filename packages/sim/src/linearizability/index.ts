/**
 * Linearizability of recorded histories: a checker and the models of what Synod offers.
 * @module
 */
export { checkLinearizable } from './check-linearizable.ts'
export type { Model } from './model.ts'
export { lockModel } from './models/lock.ts'
export type { LockOp, LockResult, LockState } from './models/lock.ts'
export { registerModel } from './models/register.ts'
export type { RegisterOp, RegisterResult, RegisterState } from './models/register.ts'
export type { AnsweredOperation, OpenOperation, Operation } from './operation.ts'
export type { CheckOptions, Linearizable, NotLinearizable, Verdict } from './verdict.ts'

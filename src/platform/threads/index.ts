export { NoAnswer, OrderThread, READY, ThreadBusy } from './order-thread';
export { whenLate } from './late';
export { startWorker } from './start-worker';

export { NoAnswer, OrderThread, READY, ThreadBusy } from './order-thread';
export { startWorker } from './start-worker';

export { WeightedCache } from './weighted-cache';

import { counting } from '../counting';

export const { digits } = counting('ja');

import { counting } from '../counting';

export const { digits, plural } = counting('es');

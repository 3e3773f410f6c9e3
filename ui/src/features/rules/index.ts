// The person's standing answers: what there is, and rules that hold something back.

export { default as AddRule } from './AddRule.svelte';
export { default as RuleList } from './RuleList.svelte';
export { concerns } from './rules';
export { Rules } from './store.svelte';

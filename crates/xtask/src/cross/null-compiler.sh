#!/bin/bash
# Stands in for clang, ar and ranlib where only checking is wanted: every output file is empty.
out='' source='' preprocess=''
while (($#)); do
  case $1 in
    -o) out=${2-}; shift ;;
    -o?*) out=${1#-o} ;;
    -E) preprocess=1 ;;
    --version | -v) echo 'clang version 17.0.0'; exit 0 ;;
    *.c | *.cc | *.cpp | *.m | *.mm | *.S | *.s) source=$1 ;;
    *.a) [[ $0 == *ar ]] && out=$1 ;;
  esac
  (($#)) && shift
done
if [[ $preprocess ]]; then
  # Build scripts ask the preprocessor which compiler this is.
  [[ -f $source ]] && cpp -undef -P -D__clang__=1 "$source" 2>/dev/null
  exit 0
fi
[[ $out ]] && : >"$out"
exit 0

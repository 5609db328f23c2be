# Sourced by export and test: the virtual environment, and two runs for the notebooks to read.
#
# Environment: C2FPL_NOTEBOOKS_VENV, a folder for the virtual environment (default:
# target/notebooks-venv), created if it does not exist; PYTHON, which creates it (default: python3, 3.11 or
# newer).

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
home=$(cd "$here/.." && pwd)
venv=${C2FPL_NOTEBOOKS_VENV:-$home/target/notebooks-venv}

make_venv() {
  local wanted
  wanted=$(cat "$here/requirements.txt" "$here/constraints.txt")
  [ "$(cat "$venv/c2fpl-made-from" 2> /dev/null)" != "$wanted" ] || return 0
  rm -rf "$venv"
  "${PYTHON:-python3}" -m venv "$venv"
  "$venv/bin/pip" --disable-pip-version-check install -q -r "$here/requirements.txt" -c "$here/constraints.txt"
  printf '%s\n' "$wanted" > "$venv/c2fpl-made-from"
}

# The demo, and the robust preset on the same footage: make_runs FIRST SECOND EPOCHS [OPTION...]
make_runs() {
  local first=$1 second=$2 epochs=$3 footage=$1/_footage/seed=0
  shift 3
  "$home/submit/c2fpl" demo --workspace "$first" --epochs "$epochs"
  "$home/submit/c2fpl" run --workspace "$second" --train "$footage/train" --test "$footage/test" \
    --annotations "$footage/annotations.csv" --preset robust --epochs "$epochs" "$@"
}

#!/usr/bin/env bash
# Slurm with several nodes on this machine alone, for tests and for trying things out. Needs root, and the packages slurm-wlm and munge.
#
#   scripts/slurm.sh start [nodes] [processors per node]   default: 3 nodes of 1 processor
#   . "$SLURM_LAB/environment"                             then sbatch, squeue and scontrol speak to it
#   scripts/slurm.sh controller stop|start                 its controller away, and back
#   scripts/slurm.sh stop                                  ends all that was started
#
# Everything lies in the folder $SLURM_LAB (default: lottery-slurm in the folder for temporary files). Its daemons bind to loopback;
# $SLURM_LAB_PORT is the first of their ports (default: 16817).
set -euo pipefail

lab=${SLURM_LAB:-${TMPDIR:-/tmp}/lottery-slurm}
port=${SLURM_LAB_PORT:-16817}
export SLURM_CONF=$lab/slurm.conf

fail() {
  echo "$1" >&2
  exit 1
}

# Starts a daemon in the background, and notes its process: daemon NAME COMMAND...
daemon() {
  local name=$1
  shift
  "$@" >"$lab/log/$name.out" 2>&1 </dev/null &
  echo $! >"$lab/pid/$name"
}

# Ends daemons by the processes that were noted, all at once: end NAME...
end() {
  local name pid pids=()
  for name in "$@"; do
    pid=$(cat "$lab/pid/$name" 2>/dev/null) || continue
    rm -f "$lab/pid/$name"
    if kill "$pid" 2>/dev/null; then pids+=("$pid"); fi
  done
  for pid in "${pids[@]}"; do
    for _ in $(seq 100); do
      kill -0 "$pid" 2>/dev/null || continue 2
      sleep 0.1
    done
    kill -KILL "$pid" 2>/dev/null || true
  done
}

start_controller() {
  daemon controller slurmctld -D "$@"
}

write_configuration() {
  local nodes=$1 processors=$2 host
  host=$(hostname -s)
  cat >"$lab/cgroup.conf" <<END
CgroupPlugin=cgroup/v1
IgnoreSystemd=yes
END
  cat >"$lab/slurm.conf" <<END
ClusterName=lottery
SlurmctldHost=$host(127.0.0.1)
SlurmctldPort=$port
CommunicationParameters=NoInAddrAny,NoCtldInAddrAny
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
AuthInfo=socket=$lab/munge.socket
CredType=cred/munge
StateSaveLocation=$lab/state
SlurmdSpoolDir=$lab/spool/%n
SlurmctldPidFile=$lab/slurmctld.pid
SlurmdPidFile=$lab/slurmd-%n.pid
SlurmctldLogFile=$lab/log/slurmctld.log
SlurmdLogFile=$lab/log/slurmd-%n.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
SchedulerType=sched/backfill
SchedulerParameters=sched_interval=2,bf_interval=2,batch_sched_delay=0,sched_min_interval=0
SlurmdParameters=config_overrides
MpiDefault=none
ReturnToService=2
MaxArraySize=1001
MinJobAge=300
KillWait=5
InactiveLimit=0
END
  for number in $(seq "$nodes"); do
    echo "NodeName=n$number NodeHostname=$host NodeAddr=127.0.0.1 Port=$((port + number)) CPUs=$processors RealMemory=4000" >>"$lab/slurm.conf"
  done
  echo "PartitionName=all Nodes=ALL Default=YES MaxTime=INFINITE State=UP" >>"$lab/slurm.conf"
}

start() {
  local nodes=${1:-3} processors=${2:-1}
  for program in munged slurmctld slurmd; do
    command -v "$program" >/dev/null || fail "$program is missing; install it with: apt-get install slurm-wlm munge"
  done
  [ "$(id -u)" = 0 ] || fail 'Starting Slurm needs root.'
  stop
  rm -rf "$lab"
  mkdir -p "$lab"/{pid,log,state,spool}
  chmod 755 "$lab"
  (umask 077 && head -c 1024 /dev/urandom >"$lab/munge.key")
  daemon munge munged --foreground --key-file="$lab/munge.key" --socket="$lab/munge.socket" --pid-file="$lab/munged.pid" \
    --log-file="$lab/log/munged.log" --seed-file="$lab/munge.seed"
  for _ in $(seq 100); do
    [ -S "$lab/munge.socket" ] && break
    kill -0 "$(cat "$lab/pid/munge")" 2>/dev/null || fail "munged did not start: $(tail -n 1 "$lab/log/munge.out")"
    sleep 0.1
  done
  write_configuration "$nodes" "$processors"
  echo "export SLURM_CONF=$lab/slurm.conf" >"$lab/environment"
  start_controller -i
  for number in $(seq "$nodes"); do daemon "node-$number" slurmd -D -N "n$number"; done
  while [ "$SECONDS" -lt 60 ]; do
    if [ "$(timeout 5 sinfo -h -N -t idle -o %n 2>/dev/null | wc -l)" = "$nodes" ]; then
      echo "Slurm with $nodes nodes runs; to use it: . $lab/environment"
      return
    fi
    sleep 0.2
  done
  tail -n 5 "$lab"/log/* >&2
  stop
  fail "The nodes did not come up; their logs are in $lab/log."
}

stop() {
  local nodes
  nodes=$(ls "$lab/pid" 2>/dev/null | grep node- || true)
  # shellcheck disable=SC2086 # a name each
  end $nodes
  end controller
  end munge
}

case "${1:-} ${2:-}" in
'start '*) start "${2:-3}" "${3:-1}" ;;
'stop ') stop ;;
'controller stop') end controller ;;
'controller start') start_controller ;;
*)
  echo "usage: $0 start [nodes] [processors per node] | controller stop | controller start | stop" >&2
  exit 2
  ;;
esac

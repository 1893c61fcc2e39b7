/* Tail: the audio thread puts jobs in and adds their outputs, another thread convolves them, or begins anew where it is overtaken.
 *
 * Claim: what is added is the output of its job, convolved from its own input and from all that it depends on.
 *
 * A job has one block and one part here, sounds or is silent, and depends on the job before it. Memory is modelled as in history.pml;
 * -DWITHOUT=n leaves out the nth fence.
 *
 * check.sh runs all of it.
 */

#ifndef WITHOUT
#define WITHOUT 0
#endif
#define PUT_FENCE 1         /* put: atomicMemoryFence(.releasing) before the samples */
#define SUBMITTED_STORE 2   /* put: submitted.store(.releasing) after them */
#define SUBMITTED_LOAD 3    /* work: submitted.load(.acquiring) */
#define HELD_FENCE 4        /* isHeld: atomicMemoryFence(.acquiring) before the look at `submitted` */
#define COMPLETED_STORE 5   /* work, beginAnew: completed.store(.releasing) after outputs and `firstWhole` */
#define COMPLETED_LOAD 6    /* add: completed.load(.acquiring) */
#define HELD 7              /* isHeld: whether the input is still there */
#define FIRST_WHOLE 8       /* beginAnew: firstWhole */
#define has(fence) (WITHOUT != fence)

#define CAPACITY 4
#define JOBS 7
#define REACH 1

/* Input: job j is the message j / CAPACITY + 1 of its place. */
byte written, submitted;
/* put: soundEnd, the job after the last one that sounds; by how many jobs had been submitted; and which jobs sound. */
byte soundEnd, soundAt[JOBS + 1];
int sounding;
/* What the tail's thread has seen of it. */
byte seenSubmitted, seen[CAPACITY], carried;

/* Outputs, by place: the job, and whether all it depends on was right. */
byte outputJob[CAPACITY] = 255;
bool isRight[CAPACITY];
byte completed, firstWhole;
/* The values that `completed` has had, and `firstWhole` when it got them. */
int messages = 1;
byte firstAt[JOBS + 1];
/* What the audio thread has seen of both. */
byte seenCompleted, seenFirst;

inline complete(value) {
  atomic {
    completed = value;
    messages = messages | (1 << (value));
    firstAt[value] = firstWhole
  }
}

active proctype audio() {
  byte count, found;
  do
  :: count < JOBS ->
    if
    :: count >= 2 -> /* add(to:) */
      atomic {
        found = completed; /* or an older message that was not seen */
        do
        :: found > seenCompleted -> found--
        :: messages & (1 << found) -> break
        od;
        seenCompleted = found;
        if
        :: found > count - 2 ->
          if
          :: has(COMPLETED_STORE) && has(COMPLETED_LOAD) && seenFirst < firstAt[found] -> seenFirst = firstAt[found]
          :: else
          fi;
          if
          :: seenFirst = firstWhole /* the load is relaxed */
          :: true
          fi;
          if
          :: seenFirst <= count - 2 ->
            assert(outputJob[(count - 2) % CAPACITY] == count - 2);
            assert(isRight[(count - 2) % CAPACITY]);
            assert(has(COMPLETED_STORE) && has(COMPLETED_LOAD))
          :: else
          fi
        :: else
        fi
      }
    :: else
    fi;
    written = count + 1; /* put: the samples */
    if
    :: atomic { soundEnd = count + 1; sounding = sounding | (1 << count) }
    :: true
    fi;
    atomic { soundAt[count + 1] = soundEnd; submitted = count + 1 };
    count++
  :: else -> break
  od
}

inline see(place, message) {
  if
  :: message > seen[place] -> seen[place] = message
  :: else
  fi
}

inline loadSubmitted(value) {
  value = seenSubmitted;
  do
  :: value < submitted -> value++
  :: break
  od;
  seenSubmitted = value;
  b = 0;
  do
  :: b < value ->
    if
    :: has(SUBMITTED_STORE) && has(SUBMITTED_LOAD) -> see(b % CAPACITY, b / CAPACITY + 1)
    :: else
    fi;
    b++
  :: else -> break
  od
}

inline isHeld(job, result) {
  if
  :: has(HELD_FENCE) && carried > seenSubmitted -> seenSubmitted = carried
  :: else
  fi;
  loadSubmitted(end_);
  result = (end_ - job < CAPACITY - 1 || !has(HELD))
}

active proctype tail() { /* work */
  byte end_, job, message, place, newest, lost, found, b;
  bool held, isWhole = true;
  do
  :: completed < JOBS ->
    atomic { loadSubmitted(end_); job = completed };
    if
    :: job < end_ ->
      atomic { isHeld(job, held) };
      if
      :: held ->
        atomic { /* convolve: reads its input, any message that may be taken */
          place = job % CAPACITY;
          message = seen[place];
          newest = (written + CAPACITY - 1 - place) / CAPACITY;
          do
          :: message < newest -> message++
          :: break
          od;
          see(place, message);
          if
          :: has(PUT_FENCE) && message > 0 && (message - 1) * CAPACITY + place > carried ->
            carried = (message - 1) * CAPACITY + place
          :: else
          fi;
          isWhole = isWhole && message == job / CAPACITY + 1;
          outputJob[place] = job;
          isRight[place] = isWhole && (lost == 0 || job >= lost + REACH)
        };
        atomic { isHeld(job, held) }
      :: else
      fi;
      if
      :: held -> complete(job + 1)
      :: else -> /* beginAnew */
        atomic {
          loadSubmitted(end_);
          isWhole = true;
          lost = end_; /* what is lost in truth: the last of the left out jobs that sounds */
          do
          :: lost > 0 && !(sounding & (1 << (lost - 1))) -> lost--
          :: else -> break
          od;
          found = soundEnd; /* the load is relaxed: or any value since the jobs that are known to be submitted */
          if
          :: has(SUBMITTED_STORE) && has(SUBMITTED_LOAD) -> b = soundAt[end_]
          :: else -> b = 0
          fi;
          do
          :: found > b -> found--
          :: found == b || (sounding & (1 << (found - 1))) -> break
          od;
          if
          :: found > end_ -> found = end_
          :: else
          fi;
          if
          :: found > 0 -> found = found + REACH /* `whole` */
          :: else
          fi;
          b = (end_ > 2 -> end_ - 2 : 0); /* `first` */
          if
          :: b < found -> b = (found < end_ -> found : end_)
          :: else
          fi;
          message = b
        };
        do /* the outputs that are silent */
        :: b < end_ ->
          atomic {
            outputJob[b % CAPACITY] = b;
            isRight[b % CAPACITY] = (lost == 0 || b >= lost + REACH);
            b++
          }
        :: else -> break
        od;
        if
        :: !has(FIRST_WHOLE) -> skip
        :: else -> firstWhole = (message > found -> message : found)
        fi;
        complete(end_)
      fi
    :: job >= end_ && submitted == JOBS && end_ == JOBS -> break
    :: job >= end_ && !(submitted == JOBS && end_ == JOBS) -> skip
    fi
  :: else -> break
  od
}

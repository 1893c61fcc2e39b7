/* InputHistory: one thread appends blocks to a ring, another copies some, and asks afterwards whether they were overwritten.
 *
 * Claim: a block that `holds` says is there was copied whole, and is its own.
 *
 * Memory: every store leaves a message at its place; a load may take any message that is not older than what its thread has seen
 * of the place. A store that releases, or comes after a fence that does, carries what its thread had seen; a load that acquires, or
 * comes before a fence that does, takes that over. -DWITHOUT=n leaves out the nth.
 *
 * check.sh runs all of it.
 */

#ifndef WITHOUT
#define WITHOUT 0
#endif
#define APPEND_FENCE 1   /* append: atomicMemoryFence(.releasing) before the samples */
#define APPEND_STORE 2   /* append: end.store(.releasing) after them */
#define POSITION 3       /* position: end.load(.acquiring) */
#define HOLDS_FENCE 4    /* holds: atomicMemoryFence(.acquiring) before the look at `end` */
#define HOLDS_BOUND 5    /* holds: the block that is being overwritten does not count */
#define has(fence) (WITHOUT != fence)

#define CAPACITY 2
#define BLOCKS 6
#define ROUNDS 3

/* Blocks whose samples, and whose `end`, have been stored. Block b is the message b / CAPACITY + 1 of its place; the messages of `end`
 * are its values. */
byte written, end_;

/* What the copying thread has seen: of `end`, of each place the newest message, and of `end` by what the messages carried. */
byte seenEnd, seen[CAPACITY], carriedEnd;

inline see(place, message) {
  if
  :: message > seen[place] -> seen[place] = message
  :: else
  fi
}

active proctype audio() { /* append */
  do
  :: end_ < BLOCKS ->
    written = end_ + 1;
    end_ = end_ + 1
  :: else -> break
  od
}

/* Any message of `end` that is not older than what was seen. */
inline loadEnd(value) {
  value = seenEnd;
  do
  :: value < end_ -> value++
  :: break
  od;
  seenEnd = value
}

active proctype control() { /* Program.absorb(_:from:), then holds */
  byte rounds, position, index, message, place, newest, b;
  do
  :: rounds < ROUNDS ->
    rounds++;
    atomic { /* position */
      loadEnd(position);
      b = 0;
      do
      :: b < position ->
        if
        :: has(APPEND_STORE) && has(POSITION) -> see(b % CAPACITY, b / CAPACITY + 1)
        :: else
        fi;
        b++
      :: else -> break
      od
    };
    if
    :: position > 0 ->
      atomic { /* a block that is there, or was */
        index = position - 1;
        do
        :: index > 0 && position - index < CAPACITY -> index--
        :: break
        od
      };
      atomic { /* its samples, as any message of their place that may be taken */
        place = index % CAPACITY;
        message = seen[place];
        newest = (written + CAPACITY - 1 - place) / CAPACITY;
        do
        :: message < newest -> message++
        :: break
        od;
        see(place, message);
        if
        :: has(APPEND_FENCE) && message > 0 && (message - 1) * CAPACITY + place > carriedEnd ->
          carriedEnd = (message - 1) * CAPACITY + place
        :: else
        fi
      };
      atomic { /* holds */
        if
        :: has(HOLDS_FENCE) && carriedEnd > seenEnd -> seenEnd = carriedEnd
        :: else
        fi;
        loadEnd(position);
        if
        :: position - index < CAPACITY || !has(HOLDS_BOUND) && position - index <= CAPACITY ->
          assert(message == index / CAPACITY + 1)
        :: else
        fi
      }
    :: else
    fi
  :: else -> break
  od
}

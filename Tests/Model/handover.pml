/* The hand-over of programs between the control side, the audio thread, the threads of tails and whoever stops the engine.
 *
 * Each line below names the code that it stands for. Any interleaving of two changes, fades, rejected programs, lost and found
 * devices, a control side that the sound overtakes, and a stop at any time is tried. Claims: no program is lost, freed twice, or
 * touched after it was freed; whoever touches a program has seen what the one before did to it.
 *
 * Memory: a thread's view holds a bit for each program of whose contents it has seen the newest. A store that releases leaves the
 * thread's view at the place, a load that acquires takes it from there. What is exclusive is touched with the bit set, and takes the
 * bit from all others. So a fence that is missing shows as a bit that is: -DWITHOUT=n leaves out the nth one.
 *
 * check.sh runs all of it.
 */

#ifndef WITHOUT
#define WITHOUT 0
#endif
#define HAND_OVER 1   /* Handover.hand(over:) releases */
#define TAKE 2        /* Handover.take() acquires */
#define GIVE_BACK 3   /* Handover.give(back:) releases */
#define COLLECT 4     /* Handover.collect() acquires */
#define CLAIM 5       /* Program.claim() acquires */
#define RELEASE 6     /* Program.release() releases */
#define WAIT 7        /* AudioEngine.stop() waits for the end of replace */
#define SIGN 8        /* ... which says that it is at work before it looks for a stop, in one order for all threads */
#define WORKERS 9     /* AudioEngine.warmAnew ends the tails' threads first */
#define JOIN 10       /* AudioEngine.replace ends the tails' threads before it frees */
#define has(fence) (WITHOUT != fence)

#define PROGRAMS 3
#define NONE 255
#define bit(p) (1 << (p))
#define all 7

/* BlockProcessor.Change */
#define IDLE 0
#define WAITING 1
#define CATCHING_UP 2
#define FADING 3

/* Threads. */
#define CTL 0
#define AUD 1
#define STP 2

byte view[3] = all;
/* Sets of programs. Program 0 is made, and its tails' threads are started, before the audio thread is. */
byte made = 1, freed, rejected, workers = 1;

/* Places: a value, and the view that lies there. */
byte pending = NONE, retired = NONE;
byte pendingView, retiredView, claimView[PROGRAMS], stopView, replacingView;
bool isClaimed[PROGRAMS], stop, isReplacing, controlEnded, audioEnded;
/* A store of isReplacing that other threads do not see yet. */
bool isSignHeld;

/* What the audio thread has, for whoever frees it after the thread has ended. */
byte current = 0, incoming = NONE;

inline touch(t, p) {
  assert((made & bit(p)) && !(freed & bit(p)));
  assert(view[t] & bit(p));
  view[0] = (t == 0 -> view[0] : view[0] & ~bit(p));
  view[1] = (t == 1 -> view[1] : view[1] & ~bit(p));
  view[2] = (t == 2 -> view[2] : view[2] & ~bit(p));
  pendingView = pendingView & ~bit(p);
  retiredView = retiredView & ~bit(p);
  claimView[0] = claimView[0] & ~bit(p);
  claimView[1] = claimView[1] & ~bit(p);
  claimView[2] = claimView[2] & ~bit(p);
  stopView = stopView & ~bit(p);
  replacingView = replacingView & ~bit(p);
}

/* What never changes after a program was made, and its history, which is read as InputHistory says: history.pml. */
inline look(p) { assert((made & bit(p)) && !(freed & bit(p))) }

inline free(t, p) {
  touch(t, p);
  assert(!(workers & bit(p)));
  freed = freed | bit(p);
}

inline claim(t, p, gotIt) { /* Program.claim() */
  atomic {
    gotIt = !isClaimed[p];
    if
    :: has(CLAIM) -> view[t] = view[t] | claimView[p]
    :: else
    fi;
    if
    :: gotIt -> isClaimed[p] = true; claimView[p] = claimView[p] | view[t]
    :: else
    fi
  }
}

inline release(t, p) { /* Program.release() */
  atomic {
    isClaimed[p] = false;
    claimView[p] = (has(RELEASE) -> view[t] : 0)
  }
}

/* AudioEngine.replace, twice, and warmed, warmAnew. */
active proctype control() {
  byte change = 1, live = 0, previous, found;
  bool gotIt;

  do
  :: change < PROGRAMS ->
    /* isReplacing.store; guard !isStopping */
    if
    :: has(SIGN) -> isReplacing = true
    :: else -> isSignHeld = true
    fi;
    if
    :: stop -> goto ended
    :: else
    fi;
    /* makeProgram, warm(from:isCancelled:) */
    atomic { made = made | bit(change); touch(CTL, change) };
    look(live);
    atomic { look(live); touch(CTL, change) };
    if
    :: stop -> atomic { view[CTL] = view[CTL] | stopView; free(CTL, change) }; goto ended
    :: true
    fi;
    previous = live;
    live = change;
    workers = workers | bit(change); /* start(program) */
    atomic { pending = change; pendingView = (has(HAND_OVER) -> view[CTL] : 0) };
    do
    :: /* programs.collect() */
      atomic {
        found = retired;
        retired = NONE;
        if
        :: found != NONE && has(COLLECT) -> view[CTL] = view[CTL] | retiredView
        :: else
        fi
      };
      if
      :: found != NONE ->
        touch(CTL, found); /* isRejected */
        if
        :: rejected & bit(found) -> live = previous
        :: else
        fi;
        look(live); /* regions, sums */
        if
        :: has(JOIN) -> workers = workers & ~bit(found) /* stopNewest, stopOldest */
        :: else
        fi;
        atomic { free(CTL, found) };
        break
      :: else
      fi;
      if
      :: stop -> goto ended
      :: else
      fi;
      /* follow */
      claim(CTL, change, gotIt);
      if
      :: gotIt ->
        look(previous);
        touch(CTL, change);
        if
        :: true /* up to date */
        :: true -> /* overtaken: warmAnew */
          if
          :: has(WORKERS) -> workers = workers & ~bit(change)
          :: else
          fi;
          if
          :: stop -> goto ended
          :: else
          fi;
          look(previous);
          touch(CTL, change);
          assert(!(workers & bit(change)));
          workers = workers | bit(change)
        fi;
        release(CTL, change)
      :: else
      fi
    od;
    atomic { isReplacing = false; isSignHeld = false; replacingView = view[CTL] };
    change++
  :: else -> break
  od;
ended:
  atomic { isReplacing = false; isSignHeld = false; replacingView = view[CTL]; controlEnded = true }
}

/* A store that is no more than released becomes visible some time. */
active proctype memory() {
end:
  do
  :: atomic { isSignHeld -> isReplacing = true; isSignHeld = false }
  od
}

inline take() { /* BlockProcessor.beginChange(from:isFollowed:) */
  atomic {
    incoming = pending;
    pending = NONE;
    if
    :: incoming != NONE ->
      if
      :: has(TAKE) -> view[AUD] = view[AUD] | pendingView
      :: else
      fi;
      phase = WAITING
    :: else
    fi
  }
}

inline giveBack(p) { /* Handover.give(back:) */
  atomic {
    assert(retired == NONE);
    retired = p;
    retiredView = (has(GIVE_BACK) -> view[AUD] : 0)
  }
}

inline finish() { /* BlockProcessor.finishChange() */
  replaced = current;
  current = incoming;
  incoming = NONE;
  phase = IDLE;
  giveBack(replaced)
}

/* AudioThread.run */
active proctype audio() {
  byte phase = IDLE, replaced;
  bool hasDevices, gotIt;

  do
  :: hasDevices -> /* iterate, processBlock */
    if
    :: incoming == NONE -> take()
    :: else
    fi;
    if
    :: phase == WAITING -> /* BlockProcessor.meet */
      claim(AUD, incoming, gotIt);
      if
      :: gotIt ->
        touch(AUD, incoming);
        if
        :: phase = FADING
        :: phase = CATCHING_UP
        :: release(AUD, incoming)
        fi
      :: else
      fi
    :: else
    fi;
    if
    :: phase == CATCHING_UP ->
      touch(AUD, incoming);
      if
      :: phase = FADING
      :: true
      fi
    :: else
    fi;
    touch(AUD, current); /* process */
    if
    :: phase == FADING -> /* crossFade */
      touch(AUD, incoming);
      if
      :: true
      :: finish()
      :: /* reject */
        rejected = rejected | bit(incoming);
        replaced = incoming;
        incoming = NONE;
        phase = IDLE;
        giveBack(replaced)
      fi
    :: else
    fi;
    if
    :: hasDevices = false /* lost, or given back before the end */
    :: !stop
    fi
  :: !hasDevices -> /* iterateWithoutDevices */
    if
    :: stop -> break
    :: else
    fi;
    if
    :: incoming == NONE -> take()
    :: else
    fi;
    if
    :: incoming != NONE -> /* settle */
      gotIt = true;
      if
      :: phase == WAITING -> claim(AUD, incoming, gotIt)
      :: else
      fi;
      if
      :: gotIt -> touch(AUD, incoming); finish()
      :: else
      fi
    :: else
    fi;
    touch(AUD, current); /* forget, skip */
    if
    :: hasDevices = true
    :: true
    fi
  od;
  audioEnded = true
}

/* AudioEngine.stop, at any time, and deinit. */
active proctype stopping() {
  byte p;
  atomic { stop = true; stopView = view[STP] };
  audioEnded; /* pthread_join */
  atomic { view[STP] = view[STP] | view[AUD] };
  if
  :: has(WAIT) -> !isReplacing; atomic { view[STP] = view[STP] | replacingView }
  :: else
  fi;
  workers = 0;
  atomic { free(STP, current) }; /* BlockProcessor.deinit */
  if
  :: incoming != NONE -> atomic { free(STP, incoming) }
  :: else
  fi;
  /* deinit: whoever calls replace holds the engine. */
  controlEnded;
  atomic { view[STP] = view[STP] | replacingView };
  if
  :: pending != NONE -> atomic { view[STP] = view[STP] | pendingView; free(STP, pending) }
  :: else
  fi;
  if
  :: retired != NONE -> atomic { view[STP] = view[STP] | retiredView; free(STP, retired) }
  :: else
  fi;
  p = 0;
  do
  :: p < PROGRAMS -> assert(!(made & bit(p)) || (freed & bit(p))); p++
  :: else -> break
  od
}


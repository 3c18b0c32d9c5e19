//! Made-up calls that look like real ones: a few functions of different habits, cold starts where an instance begins,
//! failures, log lines, bodies. Pure: what happens comes out as entries of the record.

use coldframe_store::{
    Answered, Entry, Finished, InstanceEnded, InstanceReady, InstanceStarted, LogEntry, Payload, Phases,
    Status, Stream,
};

/// As the engine's: the millisecond, above a counter of so many bits.
const COUNTER_BITS: u32 = 12;
/// Instances of a function at a time.
const SLOTS: usize = 3;
/// One call in so many says it.
const RARE_EVERY: u64 = 1_300_000;
/// What hardly any call says.
pub(crate) const RARE: &str = "heliotrope";

/// A function that is called.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Caller {
    pub(crate) id: i64,
    pub(crate) app_id: i64,
}

impl Caller {
    pub(crate) fn revision_id(self) -> i64 {
        self.id ^ 1
    }

    pub(crate) fn memory_mb(self) -> u32 {
        [128, 256, 512, 1024][(self.id % 4).unsigned_abs() as usize]
    }
}

struct Slot {
    /// 0: none is alive.
    instance: i64,
    ends_at: i64,
}

pub(crate) struct Callers {
    callers: Vec<Caller>,
    slots: Vec<Slot>,
    random: u64,
    last_id: i64,
    started: u64,
    calls: u64,
    instance_us: i64,
}

impl Callers {
    pub(crate) fn new(callers: Vec<Caller>, from: i64, seed: u64, instance_us: i64) -> Self {
        let none = || Slot { instance: 0, ends_at: 0 };
        let slots = std::iter::repeat_with(none).take(callers.len() * SLOTS).collect();
        Self {
            callers,
            slots,
            random: 0x9e37_79b9_7f4a_7c15 ^ seed,
            last_id: (from / 1000) << COUNTER_BITS,
            started: seed,
            calls: 0,
            instance_us,
        }
    }

    /// One call that begins at a time, microseconds.
    pub(crate) fn call(&mut self, at: i64, put: &mut impl FnMut(Entry)) {
        self.calls += 1;
        // Few functions have most of the calls.
        let which = (self.next() % (1 + self.next() % self.callers.len() as u64)) as usize;
        let caller = self.callers[which];
        let id = self.id(at);
        let slot = which * SLOTS + (self.next() % SLOTS as u64) as usize;
        let phases = self.phases(which, self.slots[slot].ends_at <= at);
        let cold = self.slots[slot].ends_at <= at;
        if cold {
            self.start(slot, caller, at, &phases, put);
        }
        let instance = self.slots[slot].instance;
        let status = self.status();
        let ended = at + phases.total_us;
        if let Some(text) = self.text(id, which, status) {
            put(Entry::Log(LogEntry {
                id: self.id(at),
                at: ended - phases.overhead_us,
                function_id: caller.id,
                instance_id: instance,
                invocation_id: Some(id),
                stream: Stream::Stdout,
                text,
            }));
        }
        let answered = self.answered(caller, phases, status);
        let answered = Answered { id, started_at: at, cold, instance_id: Some(instance), ..answered };
        put(Entry::Answered(Box::new(answered)));
        let cpu = phases.handler_us / 3;
        put(Entry::Finished(Finished {
            id,
            at: ended,
            cpu_user_us: Some(cpu),
            cpu_system_us: Some(cpu / 8),
            peak_memory_kb: Some(40_000 + (id % 7_000)),
        }));
    }

    /// Ends every instance that is still alive.
    pub(crate) fn end(&mut self, at: i64, put: &mut impl FnMut(Entry)) {
        for slot in &mut self.slots {
            if slot.instance != 0 {
                put(Entry::InstanceEnded(InstanceEnded { id: slot.instance, at, reason: "idle".into() }));
                slot.instance = 0;
            }
        }
    }

    fn start(&mut self, slot: usize, caller: Caller, at: i64, phases: &Phases, put: &mut impl FnMut(Entry)) {
        let id = self.id(at);
        let held = &mut self.slots[slot];
        if held.instance != 0 {
            put(Entry::InstanceEnded(InstanceEnded {
                id: held.instance,
                at: held.ends_at.min(at),
                reason: "idle".into(),
            }));
        }
        *held = Slot { instance: id, ends_at: at + self.instance_us };
        self.started += 1;
        put(Entry::InstanceStarted(InstanceStarted {
            id,
            name: format!("i-{}", self.started),
            app_id: caller.app_id,
            revision_id: caller.revision_id(),
            pid: 4711,
            started_at: at + phases.queue_us,
            cause: "invocation".into(),
        }));
        put(Entry::InstanceReady(InstanceReady {
            id,
            at: at + phases.queue_us + phases.spawn_us + phases.boot_us + phases.init_us,
            spawn_us: phases.spawn_us,
            boot_us: phases.boot_us,
            init_us: phases.init_us,
            peak_memory_kb: Some(30_000),
        }));
    }

    fn phases(&mut self, which: usize, cold: bool) -> Phases {
        let handler_us = 2_000 * (1 + which as i64) + self.below(20_000) * self.below(20_000) / 20_000;
        let (queue_us, overhead_us) = (40 + self.below(60), 120 + self.below(80));
        let (spawn_us, boot_us, init_us) =
            if cold { (2_000, 40_000 + self.below(20_000), 30_000 + self.below(90_000)) } else { (0, 0, 0) };
        let total_us = queue_us + spawn_us + boot_us + init_us + handler_us + overhead_us;
        Phases { queue_us, build_us: 0, spawn_us, boot_us, init_us, handler_us, overhead_us, total_us }
    }

    fn status(&mut self) -> Status {
        match self.below(1_000) {
            0..=9 => Status::Error,
            10 => Status::Timeout,
            _ => Status::Ok,
        }
    }

    /// What it writes, if anything.
    fn text(&mut self, id: i64, which: usize, status: Status) -> Option<String> {
        if self.calls % RARE_EVERY == RARE_EVERY / 2 {
            return Some(format!("a {RARE} was sold"));
        }
        if status != Status::Ok {
            return Some(format!("[ERROR] ValueError: order {id} has no line {}", self.below(9)));
        }
        let (order, took) = (self.next() >> 32, self.below(400));
        match self.below(4) {
            0 => Some(format!(
                r#"{{"level":"info","message":"order taken","order":"{order:08x}","items":{},"ms":{took}}}"#,
                which + 1
            )),
            1 => Some(format!("INFO stored order {order:08x} in {took} ms")),
            _ => None,
        }
    }

    /// But for its id, its time and its instance.
    fn answered(&mut self, caller: Caller, phases: Phases, status: Status) -> Answered {
        let (high, low) = (self.next(), self.next());
        let body = |text: String| Payload {
            content_type: "application/json".into(),
            full_length: text.len() as u64,
            bytes: text.into(),
        };
        let kept = self.below(4) == 0;
        let request =
            kept.then(|| body(format!(r#"{{"order":"{:012x}","customer":{}}}"#, high >> 16, low >> 48)));
        let response = kept.then(|| body(format!(r#"{{"ok":true,"total_cents":{}}}"#, low % 100_000)));
        Answered {
            id: 0,
            request_id: format!(
                "{:08x}-{:04x}-4{:03x}-a{:03x}-{:012x}",
                high >> 32,
                high & 0xffff,
                (high >> 16) & 0xfff,
                low >> 52,
                low & 0xffff_ffff_ffff
            ),
            attempt: 1,
            function_id: caller.id,
            app_id: caller.app_id,
            revision_id: Some(caller.revision_id()),
            instance_id: None,
            trigger: if low % 3 == 0 { "sdk" } else { "url" }.into(),
            started_at: 0,
            cold: false,
            phases,
            reload_init_us: None,
            status,
            http_status: if status == Status::Ok { 200 } else { 502 },
            error_type: (status == Status::Error).then(|| "ValueError".into()),
            request_bytes: 64,
            response_bytes: 40,
            memory_mb: caller.memory_mb(),
            timeout_ms: 3_000,
            architecture: "arm64".into(),
            request,
            response,
            last: false,
        }
    }

    fn id(&mut self, at: i64) -> i64 {
        self.last_id = ((at / 1000) << COUNTER_BITS).max(self.last_id + 1);
        self.last_id
    }

    /// From 0 on.
    fn below(&mut self, limit: i64) -> i64 {
        (self.next() % limit.max(1).unsigned_abs()).cast_signed()
    }

    /// xorshift64*.
    fn next(&mut self) -> u64 {
        self.random ^= self.random >> 12;
        self.random ^= self.random << 25;
        self.random ^= self.random >> 27;
        self.random.wrapping_mul(0x2545_f491_4f6c_dd1d)
    }
}

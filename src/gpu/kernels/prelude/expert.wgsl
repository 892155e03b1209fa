// Where an expert's planes lie in its arena: offsets in bytes within a slot, from the pack's record layout.
override SLOT_BYTES: u32;
override W1_Q: u32;
override W3_Q: u32;
override W2_Q: u32;
override W1_SCALE: u32;
override W3_SCALE: u32;
override W2_SCALE: u32;

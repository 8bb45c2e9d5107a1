/* SPDX-License-Identifier: Apache-2.0 */
/*
 * voteanchor.h: the public header of libvoteanchor, which checks receipts of
 * anchored citizen records without I/O, allocation, clock or global state.
 *
 * Law of arguments: the object first, then what is returned (ret_*), then
 * inputs (a length follows its pointer), then flags, and `err` last. A ret_
 * argument is untouched when the status is not VOTA_OK; a verdict is set to
 * VOTA_NOT_CHECKED first, so that a caller who forgets the status claims
 * nothing. Pointers that come back borrow from the inputs. Hashes are 32 bytes,
 * times unix seconds.
 */
#ifndef VOTEANCHOR_H
#define VOTEANCHOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__GNUC__)
#define VOTA_API      __attribute__((visibility("default")))
#define VOTA_MUST_USE __attribute__((warn_unused_result))
#else
#define VOTA_API
#define VOTA_MUST_USE
#endif

/* What a function could do. Never what it found out: that is a verdict. */
enum vota_status {
    VOTA_OK = 0,
    VOTA_BAD_INPUT, /* bytes or arguments that the format or the rules refuse */
    VOTA_NOT_FOUND,
    VOTA_LIMIT, /* a documented ceiling was reached */
    VOTA_NO_MEMORY,
    VOTA_IO,       /* disk, database, clock, random source */
    VOTA_REMOTE,   /* another machine did not answer, or not sensibly */
    VOTA_CONFLICT, /* the state of things does not allow it */
    VOTA_INTERNAL
};

/* PROTOCOL 8: three answers, never merged. The zero value claims nothing. */
enum vota_verdict { VOTA_NOT_CHECKED = 0, VOTA_VALID = 1, VOTA_NOT_VALID = 2 };

typedef struct vota_hash {
    uint8_t bytes[32];
} vota_hash;

typedef struct vota_addr {
    uint8_t bytes[20];
} vota_addr;

/* Borrowed bytes: valid as long as what they point into. */
struct vota_slice {
    const uint8_t *at;
    size_t len;
};

/* Detail of a failure, owned by the caller; the first error wins. */
struct vota_error {
    enum vota_status status;
    const char *where; /* a static string: the member or part concerned */
    char text[160];    /* a static reason code of the file, e.g. "bad-time" */
};

/* The public half of a record, as it is hashed: 96 bytes without padding. */
struct vota_row {
    vota_hash register_hash;
    vota_hash tag;
    vota_hash content_hash;
};

/*
 * One entry of the journal (PROTOCOL 3). kind is a number, not an enum: a newer
 * contract's kinds must fold too. What a, b and c are is in proof/entry.h.
 */
struct vota_entry {
    uint64_t kind, number, block, time;
    vota_hash a, b, c;
};

/* What a deployment fixed for ever; pred_* all zero where there is no predecessor. */
struct vota_genesis {
    uint64_t chain_id;
    vota_addr contract, owner, anchorer, acceptance_key;
    uint64_t pred_chain_id;
    vota_addr pred_contract;
    uint64_t pred_length;
    vota_hash pred_head;
};

/* A journal in the caller's memory: entries[i] has number pred_length + 1 + i. */
struct vota_journal {
    struct vota_genesis genesis;
    const struct vota_entry *entries;
    size_t n;
};

/* How a contract came to be looked at. */
enum vota_trust_how {
    VOTA_TRUST_NAMED = 0, /* by the user, and its deployment record leads to its address */
    VOTA_TRUST_LINKED,    /* by a link alone: as good as that, see struct vota_trust_link */
    VOTA_TRUST_NO_RECORD  /* by the user, but nothing shows what was deployed there */
};

/*
 * A contract that the user says is the city's: from a trust file or --contract.
 * With NO_RECORD chain id and genesis may be zero where the user did not say.
 */
struct vota_trust_contract {
    uint64_t chain_id; /* a network is a chain id and the hash of its block 0 */
    vota_hash chain_genesis;
    vota_addr address;
    vota_hash code_hash; /* of its runtime code, pinned for our creation code */
    enum vota_trust_how how;
};

/*
 * That a contract says it continues another (PROTOCOL 10). vota_verify() judges
 * the link by the old journal itself, and follows it only where both ends name
 * each other under a head of the old contract that is final.
 */
struct vota_trust_link {
    size_t old;                         /* contracts[old] is continued ... */
    size_t successor;                   /* ... by contracts[successor], */
    const struct vota_genesis *genesis; /* whose deployment record says so */
};

#define VOTA_TRUST_MAX_LINKS 16u

/* A block hash that the user believes: from a provider, an explorer, a trust file. */
struct vota_trust_block {
    uint64_t chain_id;
    vota_hash chain_genesis;
    vota_hash hash;
    bool final; /* false: it may still be replaced, and proves nothing for good */
};

/*
 * A head that the user believes to be that of contracts[contract] in some block;
 * with `journal`, the complete journal that leads to it. vota_verify() folds the
 * journal itself and uses nothing of it unless it ends at head.
 */
struct vota_trust_journal {
    size_t contract;
    vota_hash head;
    uint64_t length; /* the number of the last entry */
    uint64_t block;  /* in which head was proven, and that block's time */
    uint64_t time;
    bool final;
    const struct vota_journal *journal; /* NULL: the head alone */
};

/* What a recount over complete rows made of this row (PROTOCOL 6 and 8). */
enum vota_standing {
    VOTA_STANDING_UNKNOWN = 0, /* nobody recounted */
    VOTA_STANDING_COUNTS,
    VOTA_STANDING_SUPERSEDED,
    VOTA_STANDING_UNTIMELY,
    VOTA_STANDING_CONFLICT,
    VOTA_STANDING_DISAVOWED,
    VOTA_STANDING_INVALID,
    VOTA_STANDING_UNOPENED, /* stands, opening not seen */
    VOTA_STANDING_ERASED    /* stands, opening destroyed by a recorded request */
};

/* What became of the city's promise to anchor the row (PROTOCOL 5). */
enum vota_promise_outcome {
    VOTA_PROMISE_NOT_CHECKED = 0,
    VOTA_PROMISE_KEPT,
    VOTA_PROMISE_KEPT_LATE,
    VOTA_PROMISE_BROKEN,
    VOTA_PROMISE_NOT_VALID /* signed by a key that was never the city's: no promise */
};

/* Why nobody can say whether a promise was kept. */
enum vota_promise_doubt {
    VOTA_DOUBT_NONE = 0,
    VOTA_DOUBT_JOURNAL,   /* the journal does not reach the proven head */
    VOTA_DOUBT_KIND,      /* it holds an entry of an unknown kind */
    VOTA_DOUBT_SIGNER,    /* the key was outside its time, or is untrusted */
    VOTA_DOUBT_NOT_DUE,   /* the final block is not later than anchor_by */
    VOTA_DOUBT_SUCCESSOR, /* another contract goes on, and was not examined */
    VOTA_DOUBT_WITHHELD   /* the leaf list of a batch is missing */
};

/* A promise judged over complete leaf lists, by whoever has them. All zero: nobody judged. */
struct vota_trust_promise {
    enum vota_promise_outcome outcome;
    enum vota_promise_doubt doubt; /* when NOT_CHECKED */
    uint64_t entry, time;          /* KEPT, KEPT_LATE: where and when; WITHHELD: entry alone */
    uint64_t final_time;           /* how far the journal was looked through */
};

/*
 * The signer of a digest: true and *ret_signer, or false when no key could have
 * made the signature (r, s, v as PROTOCOL 5).
 */
typedef bool vota_recover_fn(void *context, vota_addr *ret_signer, const vota_hash *digest,
                             const uint8_t signature[65]);

/* What the user brings to a receipt. All zero trusts nothing, and proves nothing. */
struct vota_trust {
    const struct vota_trust_contract *contracts;
    size_t contract_count;
    const struct vota_trust_block *blocks;
    size_t block_count;
    const struct vota_trust_journal *journals;
    size_t journal_count;
    vota_recover_fn *recover; /* NULL: signers are not checked */
    void *recover_context;
    enum vota_standing standing; /* of this receipt's row, when the caller recounted */
    uint64_t standing_entry;     /* SUPERSEDED: by which entry; else 0 */
    const struct vota_trust_link *links;
    size_t link_count;                 /* at most VOTA_TRUST_MAX_LINKS */
    struct vota_trust_promise promise; /* of this receipt's acceptance, when the caller judged it */
};

/*
 * What was looked at. vota_finding_name() gives the stable short name, under
 * which text/en.json and text/ko.json hold a sentence for each state.
 */
enum vota_finding_code {
    /* the receipt by itself */
    VOTA_FINDING_DEFINITION_HASH = 0, /* definition against row.register */
    VOTA_FINDING_DEFINITION_FORM,     /* a definition that this program cannot read */
    VOTA_FINDING_OPENING_HASH,        /* salt and content against row.content_hash */
    VOTA_FINDING_CONTENT_FORM,        /* content against the definition */
    /* an anchor: whose, and known how */
    VOTA_FINDING_CONTRACT,         /* named by the user? */
    VOTA_FINDING_CONTRACT_RECORD,  /* named, without the record that shows what it is */
    VOTA_FINDING_CONTRACT_LINKED,  /* not named, but confirmed links lead to one that is */
    VOTA_FINDING_SUCCESSION,       /* a link between this contract and another */
    VOTA_FINDING_FORKED,           /* the old contract went on in another way */
    VOTA_FINDING_EVIDENCE_MISSING, /* neither evidence nor a journal that reaches */
    VOTA_FINDING_BLOCK_MISSING,    /* evidence, but no trusted block of that network */
    VOTA_FINDING_BLOCK_FINAL,      /* the trusted block may still be replaced */
    /* evidence, in the order of PROTOCOL 7 */
    VOTA_FINDING_OLDER_HEADER,
    VOTA_FINDING_HEADER_FORM,
    VOTA_FINDING_HEADER_ITEMS,
    VOTA_FINDING_RLP_INTEGER,
    VOTA_FINDING_HEADER_HASH,
    VOTA_FINDING_MISSING_NODE,
    VOTA_FINDING_UNUSED_NODE,
    VOTA_FINDING_NODE_HASH,
    VOTA_FINDING_NODE_FORM,
    VOTA_FINDING_NO_ACCOUNT,
    VOTA_FINDING_ACCOUNT_SHAPE,
    VOTA_FINDING_CODE_HASH,
    VOTA_FINDING_NO_HEAD,
    VOTA_FINDING_STORAGE_VALUE,
    VOTA_FINDING_FOLD,
    VOTA_FINDING_PATH_LENGTH,
    VOTA_FINDING_PATH_ROOT,
    /* a journal that the user brought */
    VOTA_FINDING_JOURNAL_FOLD,  /* its entries do not reach its head */
    VOTA_FINDING_JOURNAL_ENTRY, /* entry n of the complete journal against the receipt's */
    VOTA_FINDING_JOURNAL_HEAD,  /* parent, entry, later against the believed head */
    /* the city's promise */
    VOTA_FINDING_ACCEPTANCE_CONTRACT,
    VOTA_FINDING_ACCEPTANCE_SIGNATURE,
    VOTA_FINDING_ACCEPTANCE_SIGNER,
    VOTA_FINDING_ACCEPTANCE_NEW, /* the city's key so far; no final block is as young */
    VOTA_FINDING_ACCEPTANCE_BOUNDS,
    VOTA_FINDING_PROMISE, /* entry time against anchor_by */
    VOTA_FINDING_PROMISE_LATE,
    VOTA_FINDING_PROMISE_BROKEN,
    VOTA_FINDING_PROMISE_WITHHELD,  /* a leaf list is missing that the answer needs */
    VOTA_FINDING_PROMISE_SUCCESSOR, /* the contract that goes on was not examined */
    VOTA_FINDING_PENDING,           /* accepted, not anchored in this receipt */
    VOTA_FINDING_NOT_ANCHORED,
    /* standing */
    VOTA_FINDING_REGISTER_OPENED, /* by an entry before the batch, in a complete journal */
    VOTA_FINDING_TIMELY,          /* entry time against counts_until */
    VOTA_FINDING_COUNTS,
    VOTA_FINDING_SUPERSEDED,
    VOTA_FINDING_UNTIMELY,
    VOTA_FINDING_CONFLICT,
    VOTA_FINDING_DISAVOWED,
    VOTA_FINDING_INVALID,
    VOTA_FINDING_UNOPENED,
    VOTA_FINDING_ERASED,
    VOTA_FINDING_ROWS_MISSING, /* standing needs the complete rows */
    VOTA_FINDING_CODES         /* how many there are */
};

/* What the two sides of a finding are. */
enum vota_compared {
    VOTA_COMPARED_NOTHING = 0,
    VOTA_COMPARED_HASHES,    /* left, right */
    VOTA_COMPARED_ADDRESSES, /* left, right: the last 20 bytes */
    VOTA_COMPARED_NUMBERS,   /* left_number, right_number */
    VOTA_COMPARED_TIMES      /* left_number, right_number: unix seconds */
};

#define VOTA_NO_ANCHOR SIZE_MAX

/* One line of a report. Left is what the receipt says or leads to, right what it was held to. */
struct vota_finding {
    enum vota_finding_code code;
    enum vota_verdict state;
    size_t anchor; /* index into the receipt's anchors, or VOTA_NO_ANCHOR */
    enum vota_compared compared;
    vota_hash left;
    vota_hash right;
    uint64_t left_number;
    uint64_t right_number;
    uint64_t number; /* the entry, or for a contract the chain id, that the sentence names */
};

#define VOTA_REPORT_FINDINGS 160u
#define VOTA_REPORT_ANCHORS  8u /* as many as a receipt can have */

/*
 * The answer: two questions, never merged (PROTOCOL 8), what became of the
 * promise, and the findings that led there, in the order they were made.
 * included: VALID when one anchor is proven and none is shown to be false.
 */
struct vota_report {
    enum vota_verdict included; /* row, root, entry, block; and nothing in the receipt is false */
    enum vota_verdict standing; /* does the row count */
    enum vota_standing standing_as;    /* UNKNOWN unless recounted or decided by arithmetic */
    enum vota_promise_outcome promise; /* NOT_CHECKED without acceptance, or unless shown */
    enum vota_verdict anchors[VOTA_REPORT_ANCHORS]; /* each on its own network */
    vota_hash leaf;
    struct vota_finding findings[VOTA_REPORT_FINDINGS];
    size_t finding_count;
};

/*
 * Checks a receipt (deterministic CBOR, PROTOCOL 9) against what the user
 * trusts: everything of PROTOCOL 7 to 9 that needs no network.
 * Assumes: receipt points at len bytes, trust's arrays at their counts.
 * Guarantees: no I/O, no allocation, at most 64 KiB of stack beside recover's,
 * time linear in len and in the trust; both verdicts are NOT_CHECKED unless the
 * bytes decide. NOT_VALID comes only from arithmetic over the receipt, from a
 * signer the journal never named, or from absence proven under a final block.
 * Returns VOTA_OK and the report; VOTA_BAD_INPUT with the reason in err (which
 * may be NULL) when the bytes are no receipt or an argument is NULL: that is a
 * failure, not a verdict, and the report is then empty with both NOT_CHECKED.
 */
VOTA_API VOTA_MUST_USE enum vota_status vota_verify(struct vota_report *ret_report,
                                                    const uint8_t *receipt, size_t len,
                                                    const struct vota_trust *trust,
                                                    struct vota_error *err);

/*
 * The receipt inside the text of a printed QR code (VA1: and Base45).
 * Writes at most cap bytes to ret_bytes, which must not overlap text; two
 * thirds of text_len is always enough. VOTA_BAD_INPUT when it is no such text,
 * VOTA_LIMIT when cap is too small.
 */
VOTA_API VOTA_MUST_USE enum vota_status vota_base45_read_qr(uint8_t *ret_bytes, size_t cap,
                                                            size_t *ret_len, const char *text,
                                                            size_t text_len,
                                                            struct vota_error *err);

/* "path-root", ...: static, never changes its meaning; "unknown" beyond the last code. */
VOTA_API const char *vota_finding_name(enum vota_finding_code code);

/* "valid", "not_valid", "not_checked": the last part of a sentence's key. */
VOTA_API const char *vota_verdict_name(enum vota_verdict verdict);

#ifdef __cplusplus
}
#endif

#endif

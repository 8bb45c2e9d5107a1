/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The closed catalogue of answers: one code for a whole report, so that a picture
 * of it cannot be made to mean its opposite. The first character is the verdict:
 *
 *   V  the row is in its batch, and nothing says that it does not count
 *   N  something in the receipt is not so, or the promise was broken, or the row
 *      is there and does not count
 *   C  could not check
 *
 * then two digits, and P where it rests on the word of one provider. A code never
 * changes its meaning; docs/ANSWERS.md has the sentences in both languages, and
 * text/ holds them as answer.<code>.title and .sentence. Decides nothing: the
 * verdicts are vota_verify's.
 */
#ifndef VOTA_PROOF_ANSWER_H
#define VOTA_PROOF_ANSWER_H

#include "proof/bytes.h"

enum vota_answer {
    /* included, and standing valid or not looked at */
    VOTA_ANSWER_COUNTS = 0,    /* V10 */
    VOTA_ANSWER_COUNTS_LATE,   /* V11: anchored later than promised */
    VOTA_ANSWER_INCLUDED,      /* V20: whether it counts was not recounted */
    VOTA_ANSWER_INCLUDED_LATE, /* V21 */
    VOTA_ANSWER_UNOPENED,      /* V22: stands, opening not seen */
    VOTA_ANSWER_UNOPENED_LATE, /* V23 */
    VOTA_ANSWER_ERASED,        /* V24: stands, opening erased on a recorded request */
    VOTA_ANSWER_ERASED_LATE,   /* V25 */
    /* what the receipt says is not so */
    VOTA_ANSWER_NOT_IN_BATCH,     /* N10: the path leads elsewhere, or no batch has such a path */
    VOTA_ANSWER_OTHER_DEFINITION, /* N11: shows another question than the row's register */
    VOTA_ANSWER_OTHER_CONTENT,    /* N12: shows another content than the row's */
    VOTA_ANSWER_OTHER_ENTRY,      /* N13: the journal has another entry under that number */
    VOTA_ANSWER_NOTHING_THERE,    /* N14: no such contract, or it has recorded nothing */
    VOTA_ANSWER_BAD_SIGNATURE,    /* N15: the promise is signed by no key at all */
    VOTA_ANSWER_OTHER_SIGNER,     /* N16: signed by a key that was never the city's */
    VOTA_ANSWER_FALSE,            /* N19: not so, in another way */
    VOTA_ANSWER_BROKEN,           /* N20: the promise was broken */
    /* it is there and does not count */
    VOTA_ANSWER_SUPERSEDED,  /* N30 */
    VOTA_ANSWER_UNTIMELY,    /* N31 */
    VOTA_ANSWER_CONFLICT,    /* N32 */
    VOTA_ANSWER_DISAVOWED,   /* N33 */
    VOTA_ANSWER_INVALID,     /* N34 */
    VOTA_ANSWER_NOT_COUNTED, /* N39: does not count, in another way */
    /* could not check: a promise, no anchor yet */
    VOTA_ANSWER_PENDING,             /* C10: accepted, not anchored in this receipt */
    VOTA_ANSWER_KEPT_ELSEWHERE,      /* C11: anchored in time, this receipt does not show it */
    VOTA_ANSWER_KEPT_LATE_ELSEWHERE, /* C12: anchored late, this receipt does not show it */
    VOTA_ANSWER_WITHHELD,            /* C13: rows of a batch are missing that the answer needs */
    VOTA_ANSWER_SUCCESSOR,           /* C14: the contract that goes on was not examined */
    VOTA_ANSWER_NO_PROMISE,          /* C15: neither anchor nor promise */
    VOTA_ANSWER_SIGNER_TIME,   /* C16: the key that signed is not shown to be the city's then */
    VOTA_ANSWER_JUST_ACCEPTED, /* C17: the city's key so far; younger than the last block */
    /* could not check: whose, and known how */
    VOTA_ANSWER_NOT_NAMED,     /* C20: a contract that the user did not name */
    VOTA_ANSWER_NO_RECORD,     /* C21: nothing shows what was deployed there */
    VOTA_ANSWER_NO_EVIDENCE,   /* C30: neither evidence nor a journal that reaches */
    VOTA_ANSWER_NO_BLOCK,      /* C31: no trusted block to hold it to */
    VOTA_ANSWER_NOT_FINAL,     /* C32: the block may still be replaced */
    VOTA_ANSWER_OTHER_BLOCK,   /* C33: the header is not that of the trusted block */
    VOTA_ANSWER_BAD_EVIDENCE,  /* C34: evidence that cannot be used */
    VOTA_ANSWER_OTHER_CODE,    /* C35: the contract runs other code */
    VOTA_ANSWER_NO_FOLD,       /* C36: the entries do not lead to the head */
    VOTA_ANSWER_OLDER_BLOCK,   /* C37: the evidence is older than the entry */
    VOTA_ANSWER_OTHER_JOURNAL, /* C38: the journal given does not reach, or ends before */
    VOTA_ANSWER_UNCHECKED,     /* C99: could not check, for another reason */
    VOTA_ANSWERS               /* how many there are */
};

/*
 * Every report has exactly one. What is false about the receipt comes before a
 * broken promise, that before a row that does not count, and all that before what
 * could not be checked.
 */
enum vota_answer vota_answer_of(const struct vota_report *report);

/* The verdict that the code's letter stands for. */
enum vota_verdict vota_answer_verdict(enum vota_answer answer);

/* Whether a provider could have made it up, or kept it back: such answers have a P. */
bool vota_answer_rests_on_chain(enum vota_answer answer);

/* "V10", or with one_provider, where it rests on the chain, "V10P": static. */
const char *vota_answer_name(enum vota_answer answer, bool one_provider);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What an audit may find, in what order it is kept, and what all findings of a
 * part of the audit amount to. A finding names entry, register, row and file as
 * far as it concerns them. Decides nothing by itself.
 */
#ifndef VOTA_BRIDGE_AUDIT_AUDIT_FINDING_H
#define VOTA_BRIDGE_AUDIT_AUDIT_FINDING_H

#include "bridge/publish/reader.h"

/* The parts of an audit, each with a verdict of its own. */
enum vota_audit_part {
    VOTA_AUDIT_CONTRACT, /* is it VoteAnchor's, and what is its head */
    VOTA_AUDIT_JOURNAL,  /* entries and definitions */
    VOTA_AUDIT_ROWS,     /* every batch rebuilt to its root */
    VOTA_AUDIT_OPENINGS,
    VOTA_AUDIT_RESULTS, /* every register recounted */
    VOTA_AUDIT_FILES,   /* the publication against itself */
    VOTA_AUDIT_PARTS
};

/* X(CODE, PART, "name"): the name is stable; text keys and --json use it. */
/* clang-format off */
#define VOTA_AUDIT_CODES(X) \
    /* contract */ \
    X(NO_PROVIDER, CONTRACT, "no-provider")                /* nobody could be asked, or they disagree */ \
    X(NO_CONTRACT, CONTRACT, "no-contract")                /* proven: nothing is at this address */ \
    X(OTHER_CODE, CONTRACT, "other-code")                  /* proven: other code is there */ \
    X(STATE_UNPROVEN, CONTRACT, "state-unproven")          /* no provider could prove the head */ \
    X(DEPLOYMENT, CONTRACT, "deployment")                  /* the record leads to the address */ \
    X(DEPLOYMENT_UNKNOWN, CONTRACT, "deployment-unknown")  /* no record, or of an unknown way to deploy */ \
    X(DEPLOYMENT_FORGED, CONTRACT, "deployment-forged")    /* the contract was made by other code */ \
    X(PREDECESSOR, CONTRACT, "predecessor")                /* the journal continues another, which is not here */ \
    X(SUCCESSION, CONTRACT, "succession")                  /* it does, and both say so */ \
    X(SUCCESSION_CLAIMED, CONTRACT, "succession-claimed")  /* the old contract does not confirm it */ \
    X(SUCCESSION_DIFFERS, CONTRACT, "succession-differs")  /* the old journal was another there */ \
    X(SUCCESSION_FORKED, CONTRACT, "succession-forked")    /* the old contract went on in another way */ \
    X(SUCCEEDED, CONTRACT, "succeeded")                    /* another contract goes on, which is not here */ \
    /* journal */ \
    X(JOURNAL, JOURNAL, "journal")                         /* complete, and leads to the proven head */ \
    X(JOURNAL_FORM, JOURNAL, "journal-form")               /* a line that cannot be read */ \
    X(JOURNAL_ENTRY, JOURNAL, "journal-entry")             /* a line that is not the contract's entry */ \
    X(JOURNAL_SHORT, JOURNAL, "journal-short")             /* does not reach the proven head */ \
    X(JOURNAL_BEYOND, JOURNAL, "journal-beyond")           /* entries that are not final yet */ \
    X(UNKNOWN_KIND, JOURNAL, "unknown-kind")               /* an entry of a newer version */ \
    X(INVALID_DEFINITION, JOURNAL, "invalid-definition") \
    X(SECOND_OPENING, JOURNAL, "second-opening") \
    X(LATE_OPENING, JOURNAL, "late-opening") \
    X(DISAVOWED, JOURNAL, "disavowed") \
    /* rows */ \
    X(ROWS, ROWS, "rows")                                  /* all batches rebuilt */ \
    X(ROWS_MISSING, ROWS, "rows-missing") \
    X(ROWS_WITHHELD, ROWS, "rows-withheld")                /* missing more than 24 h after their entry */ \
    X(ROWS_COUNT, ROWS, "rows-count")                      /* not as many as the entry says */ \
    X(ROW_ORDER, ROWS, "row-order") \
    X(ROOT, ROWS, "root")                                  /* the rows do not lead to the root */ \
    X(ROW_UNKNOWN, ROWS, "row-unknown")                    /* a row that the index of leaves does not know */ \
    X(ROW_LACKING, ROWS, "row-lacking")                    /* a leaf of the index without a row */ \
    X(ROW_OF_NO_REGISTER, ROWS, "row-of-no-register") \
    /* openings */ \
    X(OPENINGS, OPENINGS, "openings") \
    X(OPENINGS_MISSING, OPENINGS, "openings-missing") \
    X(OPENINGS_TOO_EARLY, OPENINGS, "openings-too-early")  /* published against the disclosure rule */ \
    X(OPENING_FORM, OPENINGS, "opening-form") \
    X(OPENING_ORDER, OPENINGS, "opening-order") \
    X(OPENING_WRONG, OPENINGS, "opening-wrong")            /* does not hash to its row */ \
    X(OPENING_NO_ROW, OPENINGS, "opening-no-row") \
    X(OPENING_SUPPLIED, OPENINGS, "opening-supplied")      /* shown by its holder, not published */ \
    /* results */ \
    X(RECOUNT, RESULTS, "recount")                         /* registers recounted */ \
    X(RESULT, RESULTS, "result")                           /* equals the recount */ \
    X(RESULT_NUMBER, RESULTS, "result-number")             /* a number that differs */ \
    X(RESULT_LENGTH, RESULTS, "result-length")             /* another count of numbers than the register has */ \
    X(RESULT_UNOPENED, RESULTS, "result-unopened")         /* differs as openings not seen would explain */ \
    X(RESULT_NOT_RECOUNTED, RESULTS, "result-not-recounted") /* rows are missing */ \
    X(RESULT_NO_BEGINNING, RESULTS, "result-no-beginning")   /* a predecessor is not counted with */ \
    X(RESULT_OWN_COUNT, RESULTS, "result-own-count")       /* openings are never public */ \
    X(RESULT_NOT_CONFIRMED, RESULTS, "result-not-confirmed") /* d >= margin */ \
    X(RESULT_CUT, RESULTS, "result-cut")                   /* a timely row lies beyond its last entry */ \
    X(RESULT_CHANGED_LATER, RESULTS, "result-changed-later") /* over all entries the numbers are others */ \
    X(RESULT_TOO_EARLY, RESULTS, "result-too-early")       /* before closes_at */ \
    X(RESULT_LATE, RESULTS, "result-late") \
    X(RESULT_NONE, RESULTS, "result-none")                 /* results_by is past */ \
    X(RESULT_NOT_OPENED, RESULTS, "result-not-opened")     /* of a register that is not open */ \
    /* files */ \
    X(FILES, FILES, "files") \
    X(NO_DATA, FILES, "no-data")                           /* no publication was given */ \
    X(OTHER_PUBLICATION, FILES, "other-publication")       /* of another contract */ \
    X(FILE_MISSING, FILES, "file-missing") \
    X(FILE_FORM, FILES, "file-form") \
    X(FILE_DIFFERS, FILES, "file-differs")                 /* from the manifest */ \
    X(FILE_UNLISTED, FILES, "file-unlisted") \
    X(RECORD_DIFFERS, FILES, "record-differs")             /* the deployment record in the publication */ \
    X(TRUST_DIFFERS, FILES, "trust-differs") \
    X(DEFINITION_FILE, FILES, "definition-file") \
    X(RESULT_FILE, FILES, "result-file") \
    X(EVIDENCE_FILE, FILES, "evidence-file") \
    X(INDEX_LACKS, FILES, "index-lacks") \
    X(INDEX_EXTRA, FILES, "index-extra")
/* clang-format on */

#define VOTA_AUDIT_CODE(code, part, name) VOTA_FOUND_##code,
enum vota_audit_code { VOTA_AUDIT_CODES(VOTA_AUDIT_CODE) VOTA_FOUND_CODES };
#undef VOTA_AUDIT_CODE

struct vota_audit_finding {
    enum vota_audit_code code;
    enum vota_verdict state;
    bool notice;    /* worth knowing, weighs nothing */
    uint64_t entry; /* 0: concerns none */
    bool has_register;
    vota_hash register_hash;
    uint64_t row; /* of the batch, from 1; 0: concerns none */
    bool has_leaf;
    vota_hash leaf;                 /* of an index item only the first 8 bytes */
    struct vota_reader_place place; /* empty path: no file */
    size_t number;                  /* which number of a result, from 0 */
    enum vota_compared compared;
    vota_hash left_hash, right_hash;
    uint64_t left, right;
    char text[160]; /* code of a reason; of a disavowal its own words, cut; else empty */
};

/* Of one code no more than this many are kept; all are counted. */
#define VOTA_AUDIT_KEPT 100u

struct vota_audit_findings {
    struct vota_audit_finding *items; /* in the order they were made */
    size_t n, cap;
    struct vota_audit_finding beyond; /* where one goes that is not kept */
    uint64_t counts[VOTA_FOUND_CODES];
    enum vota_verdict parts[VOTA_AUDIT_PARTS];
    bool weighed[VOTA_AUDIT_PARTS]; /* a finding was made that weighs */
    bool no_memory;                 /* one was lost: the audit as a whole fails */
};

void vota_audit_findings_done(struct vota_audit_findings *findings);

/*
 * Adds a finding and returns it for the caller to fill in what it concerns;
 * never NULL, valid until the next call. The part's verdict becomes NOT_VALID
 * over NOT_CHECKED over VALID; a notice changes nothing.
 */
struct vota_audit_finding *vota_audit_find(struct vota_audit_findings *findings,
                                           enum vota_audit_code code, enum vota_verdict state);
struct vota_audit_finding *vota_audit_notice(struct vota_audit_findings *findings,
                                             enum vota_audit_code code);

/* Of two verdicts the one that weighs more. */
enum vota_verdict vota_audit_weigh(enum vota_verdict a, enum vota_verdict b);

/* NOT_VALID if any part is, else NOT_CHECKED if any part is, else VALID. */
enum vota_verdict vota_audit_overall(const struct vota_audit_findings *findings);

enum vota_audit_part vota_audit_part_of(enum vota_audit_code code);

/* "rows-missing"; "contract": static, stable. */
const char *vota_audit_code_name(enum vota_audit_code code);
const char *vota_audit_part_name(enum vota_audit_part part);

#endif

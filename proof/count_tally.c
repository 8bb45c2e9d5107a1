/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The counting rule itself, over the rows of one tag at a time: see count.h.
 * Linear in the rows, however many of them somebody puts under one tag or into
 * one batch.
 */
#include "proof/count.h"

#define NO_PLACE UINT32_MAX

/* A tally in progress. */
struct run {
    struct vota_count *count;
    struct vota_count_scope scope;
    const struct vota_count_tombstones *tombstones;
    struct vota_count_tally *tally;
};

/* Rows by_tag[first] up to before by_tag[end]: one tag. `id` is never 0. */
struct group {
    size_t first, end;
    uint32_t id;
};

static enum vota_count_why judge_batch(const struct run *run, size_t place)
{
    const struct vota_count_journal *journal = run->count->journal;
    if (vota_count_journal_disavowed(journal, run->scope, place))
        return VOTA_COUNT_WHY_DISAVOWED;
    if (place <= run->tally->opened)
        return VOTA_COUNT_WHY_NOT_OPENED;
    if (journal->entries[place].time > run->count->definition->counts_until)
        return VOTA_COUNT_WHY_LATE;
    return VOTA_COUNT_WHY_NONE;
}

static void judge_batches(const struct run *run)
{
    for (size_t place = 0; place < run->scope.length; place++)
        run->count->batches[place] =
            (struct vota_count_batch){.why = (uint8_t)judge_batch(run, place)};
}

static struct vota_count_row *row_at(const struct run *run, size_t i)
{
    return &run->count->rows[run->count->by_tag[i]];
}

static void set_untimely(struct vota_count_row *row, enum vota_count_why why)
{
    row->state = VOTA_COUNT_UNTIMELY;
    row->why = (uint8_t)why;
}

/*
 * Timely rows become COUNTED for now. Equal rows follow each other in order of
 * their batches, so the first that may be timely is, and makes those in later
 * batches untimely.
 */
static void judge_timely(const struct run *run, const struct group *group)
{
    uint32_t timely_place = NO_PLACE;
    for (size_t i = group->first; i < group->end; i++) {
        struct vota_count_row *row = row_at(run, i);
        if ((row->flags & VOTA_COUNT_SAME_ROW) == 0)
            timely_place = NO_PLACE;
        if (row->place >= run->scope.length)
            continue;
        const enum vota_count_why why = (enum vota_count_why)run->count->batches[row->place].why;
        if (why != VOTA_COUNT_WHY_NONE) {
            set_untimely(row, why);
        } else if (timely_place != NO_PLACE && timely_place != row->place) {
            set_untimely(row, VOTA_COUNT_WHY_REPEATED);
        } else {
            timely_place = row->place;
            row->state = VOTA_COUNT_COUNTED;
        }
    }
}

static void note_last_timely(const struct run *run, uint32_t place)
{
    struct vota_count_tally *tally = run->tally;
    if (!tally->has_timely || place > tally->last_timely)
        tally->last_timely = place;
    tally->has_timely = true;
}

/* Two timely rows of the tag in one batch; under `all`, only if they are equal. */
static void judge_conflicts(const struct run *run, const struct group *group)
{
    const bool all = run->count->definition->revision == VOTA_REVISION_ALL;
    for (size_t i = group->first; i < group->end; i++) {
        struct vota_count_row *row = row_at(run, i);
        if (row->state == VOTA_COUNT_UNTIMELY || row->state == VOTA_COUNT_OUTSIDE)
            continue;
        note_last_timely(run, row->place);
        struct vota_count_batch *batch = &run->count->batches[row->place];
        const bool met = batch->group == group->id;
        const bool repeats = (row->flags & VOTA_COUNT_SAME_ROW) != 0;
        if (met && (!all || (repeats && row_at(run, i - 1)->place == row->place))) {
            row->state = VOTA_COUNT_CONFLICT;
            run->count->rows[batch->row].state = VOTA_COUNT_CONFLICT;
        }
        batch->group = group->id;
        batch->row = run->count->by_tag[i];
    }
}

/* The batch whose row stands: at most one row of each is left without conflict. */
static uint32_t standing_place(const struct run *run, const struct group *group)
{
    const bool last = run->count->definition->revision == VOTA_REVISION_LAST;
    uint32_t stands = NO_PLACE;
    for (size_t i = group->first; i < group->end; i++) {
        const struct vota_count_row *row = row_at(run, i);
        if (row->state != VOTA_COUNT_COUNTED)
            continue;
        if (stands == NO_PLACE || (last ? row->place > stands : row->place < stands))
            stands = row->place;
    }
    return stands;
}

static void supersede(const struct run *run, const struct group *group)
{
    const uint32_t stands = standing_place(run, group);
    for (size_t i = group->first; i < group->end; i++) {
        struct vota_count_row *row = row_at(run, i);
        if (row->state != VOTA_COUNT_COUNTED || row->place == stands)
            continue;
        row->state = VOTA_COUNT_SUPERSEDED;
        row->by = stands;
    }
}

static int compare_hashes(const vota_hash *a, const vota_hash *b)
{
    return vota_bytes_compare(a->bytes, b->bytes, sizeof a->bytes);
}

static bool is_erased(const struct vota_count_tombstones *tombstones, const vota_hash *leaf)
{
    size_t low = 0;
    size_t high = tombstones != NULL ? tombstones->count : 0;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        const int order = compare_hashes(&tombstones->leaves[middle], leaf);
        if (order == 0)
            return true;
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return false;
}

/* What becomes of a row that stands. */
static enum vota_count_state open_standing(const struct run *run, const struct vota_count_row *row)
{
    if (row->opening == VOTA_COUNT_OPENING_READ)
        return row->content == VOTA_CONTENT_COUNTED ? VOTA_COUNT_COUNTED : VOTA_COUNT_INVALID;
    return is_erased(run->tombstones, &row->leaf) ? VOTA_COUNT_ERASED : VOTA_COUNT_UNOPENED;
}

static void judge_group(const struct run *run, const struct group *group)
{
    judge_timely(run, group);
    judge_conflicts(run, group);
    if (run->count->definition->revision != VOTA_REVISION_ALL)
        supersede(run, group);
    for (size_t i = group->first; i < group->end; i++) {
        struct vota_count_row *row = row_at(run, i);
        if (row->state == VOTA_COUNT_COUNTED)
            row->state = (uint8_t)open_standing(run, row);
    }
}

static void judge_groups(const struct run *run)
{
    const size_t n = run->count->row_count;
    struct group group = {0};
    while (group.first < n) {
        group.end = group.first + 1;
        while (group.end < n && (row_at(run, group.end)->flags & VOTA_COUNT_SAME_TAG) != 0)
            group.end++;
        group.id = (uint32_t)group.first + 1;
        judge_group(run, &group);
        group.first = group.end;
    }
}

/* Adds a counted row to the numbers of its options, or to the blank ones. */
static void add_choice(const struct run *run, size_t i)
{
    const size_t options = run->count->definition->option_count;
    const uint8_t *chosen = run->count->choices + i * ((options + 7) / 8);
    bool blank = true;
    for (size_t option = 0; option < options; option++) {
        if ((((unsigned)chosen[option / 8] >> (option % 8)) & 1u) == 0)
            continue;
        run->tally->numbers[option]++;
        blank = false;
    }
    if (blank)
        run->tally->numbers[options + VOTA_COUNT_N_BLANK]++;
}

static void add_numbers(const struct run *run)
{
    static const uint8_t number_of[] = {
        [VOTA_COUNT_COUNTED] = VOTA_COUNT_N_COUNTED,
        [VOTA_COUNT_SUPERSEDED] = VOTA_COUNT_N_SUPERSEDED,
        [VOTA_COUNT_UNTIMELY] = VOTA_COUNT_N_UNTIMELY,
        [VOTA_COUNT_CONFLICT] = VOTA_COUNT_N_CONFLICT,
        [VOTA_COUNT_INVALID] = VOTA_COUNT_N_INVALID,
        [VOTA_COUNT_UNOPENED] = VOTA_COUNT_N_UNOPENED,
        [VOTA_COUNT_ERASED] = VOTA_COUNT_N_ERASED,
    };
    const struct vota_definition *definition = run->count->definition;
    const bool has_choices = definition->option_count > 0;
    uint64_t *nine = run->tally->numbers + definition->option_count;
    for (size_t i = 0; i < vota_count_length(definition); i++)
        run->tally->numbers[i] = 0;
    for (size_t i = 0; i < run->count->row_count; i++) {
        const uint8_t state = run->count->rows[i].state;
        if (state == VOTA_COUNT_OUTSIDE)
            continue;
        nine[VOTA_COUNT_N_ROWS]++;
        nine[number_of[state]]++;
        if (state == VOTA_COUNT_COUNTED && has_choices)
            add_choice(run, i);
    }
}

enum vota_status vota_count_tally(struct vota_count *count, struct vota_count_tally *ret_tally,
                                  struct vota_count_scope scope,
                                  const struct vota_count_tombstones *tombstones)
{
    for (size_t i = 0; i < count->row_count; i++) {
        count->rows[i].state = VOTA_COUNT_OUTSIDE;
        count->rows[i].why = VOTA_COUNT_WHY_NONE;
        count->rows[i].by = 0;
    }
    size_t opened = 0;
    const enum vota_status status =
        vota_count_journal_opening(count->journal, &opened, scope, &count->register_hash);
    if (status != VOTA_OK)
        return status;
    *ret_tally = (struct vota_count_tally){.numbers = ret_tally->numbers, .opened = opened};
    const struct run run = {count, scope, tombstones, ret_tally};
    judge_batches(&run);
    judge_groups(&run);
    add_numbers(&run);
    return VOTA_OK;
}

enum vota_status vota_count_tombstones_add(struct vota_count_tombstones *tombstones,
                                           const struct vota_count *count)
{
    for (size_t i = 0; i < count->row_count; i++) {
        const struct vota_count_row *row = &count->rows[i];
        if (row->state != VOTA_COUNT_COUNTED || (row->flags & VOTA_COUNT_TOMBSTONE) == 0)
            continue;
        if (tombstones->count == tombstones->cap)
            return VOTA_LIMIT;
        vota_bytes_copy(tombstones->leaves[tombstones->count++].bytes,
                        count->choices + i * sizeof(vota_hash), sizeof(vota_hash));
    }
    return VOTA_OK;
}

static void sift_down(vota_hash *heap, size_t n, size_t at)
{
    const vota_hash moving = heap[at];
    for (size_t child = 2 * at + 1; child < n; child = 2 * at + 1) {
        if (child + 1 < n && compare_hashes(&heap[child], &heap[child + 1]) < 0)
            child++;
        if (compare_hashes(&moving, &heap[child]) >= 0)
            break;
        heap[at] = heap[child];
        at = child;
    }
    heap[at] = moving;
}

void vota_count_tombstones_sort(struct vota_count_tombstones *tombstones)
{
    vota_hash *leaves = tombstones->leaves;
    for (size_t i = tombstones->count / 2; i > 0; i--)
        sift_down(leaves, tombstones->count, i - 1);
    for (size_t last = tombstones->count; last > 1; last--) {
        const vota_hash greatest = leaves[0];
        leaves[0] = leaves[last - 1];
        leaves[last - 1] = greatest;
        sift_down(leaves, last - 1, 0);
    }
}

enum vota_standing vota_count_standing(const struct vota_count_row *row)
{
    static const uint8_t standings[] = {
        [VOTA_COUNT_OUTSIDE] = VOTA_STANDING_UNKNOWN,
        [VOTA_COUNT_COUNTED] = VOTA_STANDING_COUNTS,
        [VOTA_COUNT_SUPERSEDED] = VOTA_STANDING_SUPERSEDED,
        [VOTA_COUNT_UNTIMELY] = VOTA_STANDING_UNTIMELY,
        [VOTA_COUNT_CONFLICT] = VOTA_STANDING_CONFLICT,
        [VOTA_COUNT_INVALID] = VOTA_STANDING_INVALID,
        [VOTA_COUNT_UNOPENED] = VOTA_STANDING_UNOPENED,
        [VOTA_COUNT_ERASED] = VOTA_STANDING_ERASED,
    };
    if (row->state == VOTA_COUNT_UNTIMELY && row->why == VOTA_COUNT_WHY_DISAVOWED)
        return VOTA_STANDING_DISAVOWED;
    return (enum vota_standing)standings[row->state];
}

enum vota_verdict vota_count_standing_verdict(enum vota_standing standing)
{
    switch (standing) {
    case VOTA_STANDING_COUNTS:
        return VOTA_VALID;
    case VOTA_STANDING_SUPERSEDED:
    case VOTA_STANDING_UNTIMELY:
    case VOTA_STANDING_CONFLICT:
    case VOTA_STANDING_DISAVOWED:
    case VOTA_STANDING_INVALID:
        return VOTA_NOT_VALID;
    case VOTA_STANDING_UNKNOWN:
    case VOTA_STANDING_UNOPENED:
    case VOTA_STANDING_ERASED:
    default:
        return VOTA_NOT_CHECKED;
    }
}

const char *vota_count_state_name(enum vota_count_state state)
{
    static const char *const names[] = {
        [VOTA_COUNT_OUTSIDE] = "outside",       [VOTA_COUNT_COUNTED] = "counted",
        [VOTA_COUNT_SUPERSEDED] = "superseded", [VOTA_COUNT_UNTIMELY] = "untimely",
        [VOTA_COUNT_CONFLICT] = "conflict",     [VOTA_COUNT_INVALID] = "invalid",
        [VOTA_COUNT_UNOPENED] = "unopened",     [VOTA_COUNT_ERASED] = "erased",
    };
    return names[state];
}

const char *vota_count_standing_name(enum vota_standing standing)
{
    static const char *const names[] = {
        [VOTA_STANDING_UNKNOWN] = "unknown",
        [VOTA_STANDING_COUNTS] = "counts",
        [VOTA_STANDING_SUPERSEDED] = "superseded",
        [VOTA_STANDING_UNTIMELY] = "untimely",
        [VOTA_STANDING_CONFLICT] = "conflict",
        [VOTA_STANDING_DISAVOWED] = "disavowed",
        [VOTA_STANDING_INVALID] = "invalid",
        [VOTA_STANDING_UNOPENED] = "stands, opening not seen",
        [VOTA_STANDING_ERASED] = "stands, opening not seen",
    };
    return names[standing];
}

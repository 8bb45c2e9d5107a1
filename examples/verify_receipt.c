/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The smallest program that checks a receipt with libvoteanchor: a city's app,
 * which knows its own contract, a CBOR receipt from a file, and the hash of a
 * final block from wherever its user found one. It opens no connection.
 *
 *   cc verify_receipt.c $(pkg-config --cflags --libs voteanchor) -o verify_receipt
 *   ./verify_receipt receipt.cbor
 * 0xa76fc1352be070a9c554f53733de4e906f48393eaf2c47f3606746640c983fcd
 *
 * Exit codes as PROTOCOL 8: 0 valid, 1 not valid, 3 could not check, 2 usage.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <voteanchor.h>

#define RECEIPT_MAX (1024 * 1024)

/* The contract of examples/receipt.cbor, on a chain that ran on one machine for a test. */
static const char city_genesis[] =
    "0xc9100edbf5fd0824738edc14db80babb20f9b4bb6805bb615ed3e181608fce96";
static const char city_contract[] = "0xe8f36cc7f281f35c099776038f344edc0f47e6c5";
static const char city_code[] =
    "0x0e2ae307cc5eca5cd94197eca24531be14a13592aedf97f642404987906070bb";
static const uint64_t city_chain_id = 31337;

/* 0x and lower-case digits to len bytes; 0 when the text is not exactly that. */
static int read_hex(uint8_t *ret_bytes, size_t len, const char *text)
{
    static const char digits[] = "0123456789abcdef";
    if (strlen(text) != 2 + len * 2 || strncmp(text, "0x", 2) != 0)
        return 0;
    for (size_t i = 0; i < len * 2; i++) {
        const char *digit = strchr(digits, text[2 + i]);
        if (digit == NULL)
            return 0;
        ret_bytes[i / 2] = (uint8_t)((unsigned)ret_bytes[i / 2] * 16u + (unsigned)(digit - digits));
    }
    return 1;
}

static void print_hash(const char *label, const vota_hash *hash, size_t first)
{
    printf("    %s 0x", label);
    for (size_t i = first; i < sizeof hash->bytes; i++)
        printf("%02x", hash->bytes[i]);
    printf("\n");
}

static void print_finding(const struct vota_finding *finding)
{
    printf("%-12s %s\n", vota_verdict_name(finding->state), vota_finding_name(finding->code));
    switch (finding->compared) {
    case VOTA_COMPARED_HASHES:
        print_hash("receipt ", &finding->left, 0);
        print_hash("held to ", &finding->right, 0);
        break;
    case VOTA_COMPARED_ADDRESSES:
        print_hash("receipt ", &finding->left, 12);
        print_hash("held to ", &finding->right, 12);
        break;
    case VOTA_COMPARED_NUMBERS:
    case VOTA_COMPARED_TIMES:
        printf("    receipt  %llu\n    held to  %llu\n", (unsigned long long)finding->left_number,
               (unsigned long long)finding->right_number);
        break;
    case VOTA_COMPARED_NOTHING:
        break;
    }
}

static int print_report(const struct vota_report *report)
{
    for (size_t i = 0; i < report->finding_count; i++)
        print_finding(&report->findings[i]);
    printf("included: %s\nstanding: %s\n", vota_verdict_name(report->included),
           vota_verdict_name(report->standing));
    if (report->included == VOTA_VALID)
        return 0;
    return report->included == VOTA_NOT_VALID ? 1 : 3;
}

int main(int argc, char **argv)
{
    static uint8_t receipt[RECEIPT_MAX + 1];
    static struct vota_report report;
    struct vota_trust_contract city = {.chain_id = city_chain_id};
    struct vota_trust_block block = {.chain_id = city_chain_id, .final = true};
    struct vota_error err = {VOTA_OK, NULL, ""};

    if (argc != 3 || !read_hex(block.hash.bytes, 32, argv[2]) ||
        !read_hex(city.chain_genesis.bytes, 32, city_genesis) ||
        !read_hex(city.address.bytes, 20, city_contract) ||
        !read_hex(city.code_hash.bytes, 32, city_code)) {
        (void)fprintf(stderr, "usage: verify_receipt FILE 0xBLOCK-HASH\n");
        return 2;
    }
    block.chain_genesis = city.chain_genesis;

    FILE *file = fopen(argv[1], "rb");
    if (file == NULL) {
        perror(argv[1]);
        return 2;
    }
    const size_t len = fread(receipt, 1, sizeof receipt, file);
    (void)fclose(file);

    const struct vota_trust trust = {
        .contracts = &city, .contract_count = 1, .blocks = &block, .block_count = 1};
    if (vota_verify(&report, receipt, len, &trust, &err) != VOTA_OK) {
        (void)fprintf(stderr, "%s: not a receipt (%s: %s)\n", argv[1], err.where, err.text);
        return 2;
    }
    return print_report(&report);
}

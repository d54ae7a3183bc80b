/*
 * The limit of a drain: what broker and database allow on this hardware. librabbitmq in, libpq's binary COPY straight into the table out, one
 * cumulative ack a batch, after the commit. No retries, no idempotency, no validation, no telemetry: nobody should run this in earnest.
 *
 *   drain --broker amqp://user:password@host:port/vhost --prefetch 4000 --batch 1000 --patience-us 10000
 *   drain --broker amqps://user:password@host:port/vhost --ca-file ca.crt ...
 *
 * It speaks the contestants' protocol (Peers/Contest.cs): "consume QUEUE CONNINFO", "stop" and "figures" come as lines on standard input.
 * Orders are plain JSON or MassTransit's envelope around it.
 */
#include <amqp.h>
#include <amqp_ssl_socket.h>
#include <amqp_tcp_socket.h>
#include <endian.h>
#include <libpq-fe.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    CHANNEL = 1,
    FRAME_MAX = 131072,
    LINE_MAX_BYTES = 4096,
    /* After so long without a message somebody may have asked something meanwhile. */
    IDLE_MICROSECONDS = 10000,
};

static const char COPY_SQL[] =
    "copy orders(order_id, customer_id, placed_at, currency, total, lines, content_hash) from stdin (format binary)";

static void die(const char *what)
{
    fprintf(stderr, "drain: %s\n", what);
    exit(2);
}

/* ---- A growing buffer, and PostgreSQL's binary COPY format in it ---- */

typedef struct {
    char *bytes;
    size_t length, capacity;
} buffer;

static void put(buffer *b, const void *data, size_t length)
{
    if (b->length + length > b->capacity) {
        b->capacity = (b->length + length) * 2 + 4096;
        b->bytes = realloc(b->bytes, b->capacity);
        if (b->bytes == NULL)
            die("out of memory");
    }
    memcpy(b->bytes + b->length, data, length);
    b->length += length;
}

static void put16(buffer *b, int16_t value)
{
    value = htobe16(value);
    put(b, &value, sizeof value);
}

static void put32(buffer *b, int32_t value)
{
    value = htobe32(value);
    put(b, &value, sizeof value);
}

static void put64(buffer *b, int64_t value)
{
    value = htobe64(value);
    put(b, &value, sizeof value);
}

static void begin_copy(buffer *b)
{
    b->length = 0;
    put(b, "PGCOPY\n\377\r\n\0", 11);
    put32(b, 0);
    put32(b, 0);
}

static int is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* numeric(18,2) from decimal text with at most two decimals: base-10000 digits, the fraction being the last of them. */
static void put_total(buffer *b, const char *text, const char *end)
{
    int64_t cents = 0;
    int decimals = -1;
    for (; text < end && (*text == '.' || is_digit(*text)); text++) {
        if (*text == '.') {
            decimals = 0;
        } else {
            cents = cents * 10 + (*text - '0');
            if (decimals >= 0)
                decimals++;
        }
    }
    for (decimals = decimals < 0 ? 0 : decimals; decimals < 2; decimals++)
        cents *= 10;

    int16_t reversed[8], digits[8];
    int count = 0, n = 0;
    for (int64_t whole = cents / 100; whole > 0; whole /= 10000)
        reversed[count++] = whole % 10000;
    while (count > 0)
        digits[n++] = reversed[--count];

    int weight = n - 1;
    int16_t fraction = (int16_t)(cents % 100 * 100);
    if (fraction > 0)
        digits[n++] = fraction;

    put32(b, 8 + 2 * n);
    put16(b, n);
    put16(b, weight);
    put16(b, 0); /* positive */
    put16(b, 2); /* decimals shown */
    for (int i = 0; i < n; i++)
        put16(b, digits[i]);
}

static int hex(char c)
{
    return c <= '9' ? c - '0' : (c | 32) - 'a' + 10;
}

static void put_uuid(buffer *b, const char *text)
{
    unsigned char uuid[16];
    for (int i = 0, k = 0; k < 16; i++) {
        if (text[i] == '-')
            continue;
        uuid[k++] = (unsigned char)(hex(text[i]) << 4 | hex(text[i + 1]));
        i++;
    }
    put32(b, sizeof uuid);
    put(b, uuid, sizeof uuid);
}

/* Days from 1970-01-01 in the proleptic Gregorian calendar. */
static int64_t days_from_civil(int year, int month, int day)
{
    year -= month <= 2;
    int era = year / 400;
    unsigned year_of_era = (unsigned)(year - era * 400);
    unsigned day_of_year = (153 * (unsigned)(month + (month > 2 ? -3 : 9)) + 2) / 5 + (unsigned)day - 1;
    unsigned day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    return era * 146097LL + day_of_era - 719468;
}

static int two(const char *digits)
{
    return (digits[0] - '0') * 10 + digits[1] - '0';
}

/* timestamptz from 2026-11-20T23:15:01.123456+01:00: microseconds since 2000-01-01, UTC. */
static void put_time(buffer *b, const char *text)
{
    static const int64_t days_to_2000 = 10957, day = 86400000000LL, second = 1000000;
    int64_t micros = (days_from_civil(two(text) * 100 + two(text + 2), two(text + 5), two(text + 8)) - days_to_2000) * day
        + (two(text + 11) * 3600LL + two(text + 14) * 60 + two(text + 17)) * second;

    const char *rest = text + 19;
    if (*rest == '.') {
        int64_t unit = second / 10;
        for (rest++; is_digit(*rest); rest++, unit /= 10)
            micros += (*rest - '0') * unit;
    }
    if (*rest == '+' || *rest == '-') {
        int64_t offset = (two(rest + 1) * 3600LL + two(rest + 4) * 60) * second;
        micros += *rest == '+' ? -offset : offset;
    }
    put32(b, 8);
    put64(b, micros);
}

/* ---- An order ---- */

static const char *value_of(const char *body, const char *end, const char *name)
{
    const char *found = memmem(body, (size_t)(end - body), name, strlen(name));
    if (found == NULL)
        die("a message is no order");
    found += strlen(name);
    while (*found == ' ' || *found == ':' || *found == '"')
        found++;
    return found;
}

/* The envelope has no list after the order's lines, so the last bracket is theirs in both encodings. */
static void put_order(buffer *b, const char *body, const char *end)
{
    const char *id = value_of(body, end, "\"orderId\"");
    const char *customer = value_of(body, end, "\"customerId\"");
    const char *lines = value_of(body, end, "\"lines\"");
    const char *after_lines = (const char *)memrchr(lines, ']', (size_t)(end - lines)) + 1;
    size_t customer_length = (size_t)((const char *)memchr(customer, '"', (size_t)(end - customer)) - customer);

    put16(b, 7);
    put_uuid(b, id);
    put32(b, (int32_t)customer_length);
    put(b, customer, customer_length);
    put_time(b, value_of(body, end, "\"placedAt\""));
    put32(b, 3);
    put(b, value_of(body, end, "\"currency\""), 3);
    put_total(b, value_of(body, end, "\"total\""), end);
    put32(b, (int32_t)(after_lines - lines) + 1);
    put(b, "\1", 1); /* version of the binary jsonb format */
    put(b, lines, (size_t)(after_lines - lines));
    put_uuid(b, id); /* where the worker keeps its content hash */
}

/* ---- Database and broker ---- */

static void write_copy(PGconn *database, buffer *b)
{
    put16(b, -1);
    PGresult *result = PQexec(database, COPY_SQL);
    if (PQresultStatus(result) != PGRES_COPY_IN)
        die(PQerrorMessage(database));
    PQclear(result);
    if (PQputCopyData(database, b->bytes, (int)b->length) != 1 || PQputCopyEnd(database, NULL) != 1)
        die(PQerrorMessage(database));
    while ((result = PQgetResult(database)) != NULL) {
        if (PQresultStatus(result) != PGRES_COMMAND_OK)
            die(PQerrorMessage(database));
        PQclear(result);
    }
}

/* Verifies the broker's certificate and host name, as the worker does. The host must be a name: librabbitmq accepts no IP address. */
static amqp_socket_t *new_tls_socket(amqp_connection_state_t broker, const char *ca_file)
{
    if (ca_file == NULL)
        die("an amqps:// address needs --ca-file");
    amqp_socket_t *socket = amqp_ssl_socket_new(broker);
    if (socket == NULL)
        die("librabbitmq created no TLS socket");
    if (amqp_ssl_socket_set_cacert(socket, ca_file) != AMQP_STATUS_OK)
        die("--ca-file holds no certificate in PEM");
    amqp_ssl_socket_set_verify_peer(socket, 1);
    amqp_ssl_socket_set_verify_hostname(socket, 1);
    return socket;
}

static amqp_connection_state_t connect_to(const char *uri, const char *ca_file)
{
    char *text = strdup(uri); /* the parsed parts point into it */
    struct amqp_connection_info info;
    amqp_default_connection_info(&info);
    if (amqp_parse_url(text, &info) != AMQP_STATUS_OK)
        die("--broker is no AMQP URI");

    amqp_connection_state_t broker = amqp_new_connection();
    amqp_socket_t *socket = info.ssl ? new_tls_socket(broker, ca_file) : amqp_tcp_socket_new(broker);
    int status = socket == NULL ? AMQP_STATUS_NO_MEMORY : amqp_socket_open(socket, info.host, info.port);
    if (status != AMQP_STATUS_OK) {
        fprintf(stderr, "drain: no connection to the broker: %s\n", amqp_error_string2(status));
        exit(2);
    }
    const char *vhost = *info.vhost ? info.vhost : "/";
    if (amqp_login(broker, vhost, 0, FRAME_MAX, 0, AMQP_SASL_METHOD_PLAIN, info.user, info.password).reply_type != AMQP_RESPONSE_NORMAL)
        die("the broker refused the login");
    amqp_channel_open(broker, CHANNEL);
    if (amqp_get_rpc_reply(broker).reply_type != AMQP_RESPONSE_NORMAL)
        die("the broker opened no channel");
    free(text);
    return broker;
}

/* ---- The protocol ---- */

static void answer(const char *line)
{
    printf("%s\n", line);
    fflush(stdout);
}

/* One line of standard input, without its end. Whoever asks waits for the answer, so there is never more than one. */
static int read_line(char *line)
{
    if (fgets(line, LINE_MAX_BYTES, stdin) == NULL)
        return 0;
    line[strcspn(line, "\n")] = '\0';
    return 1;
}

static int is_asked(void)
{
    struct pollfd input = {.fd = STDIN_FILENO, .events = POLLIN};
    return poll(&input, 1, 0) > 0;
}

/* Answers what can be answered on the way. Returns whether it is time to stop. */
static int is_told_to_stop(void)
{
    char line[LINE_MAX_BYTES];
    if (!read_line(line) || strcmp(line, "stop") == 0)
        return 1;
    if (strcmp(line, "figures") == 0)
        answer("figures {}");
    return 0;
}

static void consume(
    const char *uri, const char *ca_file, const char *queue, const char *conninfo, int prefetch, int batch, int patience_us)
{
    PGconn *database = PQconnectdb(conninfo);
    if (PQstatus(database) != CONNECTION_OK)
        die(PQerrorMessage(database));
    amqp_connection_state_t broker = connect_to(uri, ca_file);
    amqp_basic_qos(broker, CHANNEL, 0, (uint16_t)prefetch, 0);
    amqp_basic_consume(broker, CHANNEL, amqp_cstring_bytes(queue), amqp_empty_bytes, 0, 0, 0, amqp_empty_table);
    if (amqp_get_rpc_reply(broker).reply_type != AMQP_RESPONSE_NORMAL)
        die("the broker refused the consumer");
    answer("consuming");

    buffer rows = {0};
    uint64_t last_tag = 0;
    int filled = 0, stop = 0;
    begin_copy(&rows);
    while (!stop) {
        struct timeval patience = {0, filled > 0 ? patience_us : IDLE_MICROSECONDS};
        amqp_envelope_t delivery;
        amqp_maybe_release_buffers(broker);
        amqp_rpc_reply_t reply = amqp_consume_message(broker, &delivery, &patience, 0);
        int is_idle = reply.reply_type == AMQP_RESPONSE_LIBRARY_EXCEPTION && reply.library_error == AMQP_STATUS_TIMEOUT;
        if (reply.reply_type == AMQP_RESPONSE_NORMAL) {
            const char *body = delivery.message.body.bytes;
            put_order(&rows, body, body + delivery.message.body.len);
            last_tag = delivery.delivery_tag;
            filled++;
            amqp_destroy_envelope(&delivery);
        } else if (!is_idle) {
            die("the broker ended the delivery");
        }

        if (filled == batch || (is_idle && filled > 0)) {
            write_copy(database, &rows);
            amqp_basic_ack(broker, CHANNEL, last_tag, 1);
            begin_copy(&rows);
            filled = 0;
        }
        /* Only between batches: what was received then is stored. */
        if (filled == 0 && is_asked())
            stop = is_told_to_stop();
    }

    amqp_channel_close(broker, CHANNEL, AMQP_REPLY_SUCCESS);
    amqp_connection_close(broker, AMQP_REPLY_SUCCESS);
    amqp_destroy_connection(broker);
    PQfinish(database);
    free(rows.bytes);
}

int main(int argc, char **argv)
{
    const char *broker = NULL, *ca_file = NULL;
    int prefetch = 4000, batch = 1000, patience_us = IDLE_MICROSECONDS;
    for (int i = 1; i + 1 < argc; i += 2) {
        if (strcmp(argv[i], "--broker") == 0)
            broker = argv[i + 1];
        else if (strcmp(argv[i], "--ca-file") == 0)
            ca_file = argv[i + 1];
        else if (strcmp(argv[i], "--prefetch") == 0)
            prefetch = atoi(argv[i + 1]);
        else if (strcmp(argv[i], "--batch") == 0)
            batch = atoi(argv[i + 1]);
        else if (strcmp(argv[i], "--patience-us") == 0)
            patience_us = atoi(argv[i + 1]); /* after so long without a message the batch goes as it is */
        else
            die("settings are --broker, --ca-file, --prefetch, --batch and --patience-us");
    }
    if (broker == NULL || prefetch < batch || batch < 1)
        die("--broker AMQP-URI is needed, and --prefetch of at least --batch");

    char line[LINE_MAX_BYTES], queue[LINE_MAX_BYTES];
    int conninfo;
    while (read_line(line)) {
        if (sscanf(line, "consume %s %n", queue, &conninfo) == 1) {
            consume(broker, ca_file, queue, line + conninfo, prefetch, batch, patience_us);
            answer("stopped");
        } else if (strcmp(line, "figures") == 0) {
            answer("figures {}");
        } else {
            die("a line is not understood");
        }
    }
    return 0;
}

/*
 * The limit of publishing with confirms: librabbitmq, persistent and mandatory, a window of unconfirmed messages. No republishing, no reports.
 *
 *   publish --broker amqp://user:password@host:port/vhost --exchange orders --window 5000 --file orders.ndjson
 *
 * Publishes every line of the file once, and prints what it took as one JSON object. The file is read before the clock starts. Lines begin with
 * the order's id, as the producer writes them; id and time travel beside the body as the producer has them, since the broker stores them too.
 */
#include <amqp.h>
#include <amqp_framing.h>
#include <amqp_tcp_socket.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <time.h>

enum {
    CHANNEL = 1,
    FRAME_MAX = 131072,
    PERSISTENT = 2,
    ID_LENGTH = 36,
    /* Confirms are looked for between publishes as well, or they would pile up in the socket. */
    LOOK_EVERY = 64,
};

static void die(const char *what)
{
    fprintf(stderr, "publish: %s\n", what);
    exit(2);
}

static const char BEFORE_ID[] = "{\"orderId\":\"";

static double now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static int64_t unix_microseconds(void)
{
    struct timespec time;
    clock_gettime(CLOCK_REALTIME, &time);
    return (int64_t)time.tv_sec * 1000000 + time.tv_nsec / 1000;
}

static double cpu_seconds(void)
{
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) + (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

static amqp_bytes_t id_of(char *line, size_t length)
{
    size_t before = sizeof(BEFORE_ID) - 1;
    if (length < before + ID_LENGTH || memcmp(line, BEFORE_ID, before) != 0)
        die("a line does not begin with an orderId");
    return (amqp_bytes_t){.len = ID_LENGTH, .bytes = line + before};
}

static char *read_file(const char *path, size_t *length)
{
    FILE *file = fopen(path, "rb");
    if (file == NULL || fseek(file, 0, SEEK_END) != 0)
        die("--file cannot be read");
    *length = (size_t)ftell(file);
    rewind(file);
    char *bytes = malloc(*length + 1);
    if (bytes == NULL || fread(bytes, 1, *length, file) != *length)
        die("--file cannot be read");
    fclose(file);
    return bytes;
}

static amqp_connection_state_t connect_to(const char *uri)
{
    char *text = strdup(uri); /* the parsed parts point into it */
    struct amqp_connection_info info;
    amqp_default_connection_info(&info);
    if (amqp_parse_url(text, &info) != AMQP_STATUS_OK)
        die("--broker is no AMQP URI");

    amqp_connection_state_t broker = amqp_new_connection();
    amqp_socket_t *socket = amqp_tcp_socket_new(broker);
    if (socket == NULL || amqp_socket_open(socket, info.host, info.port) != AMQP_STATUS_OK)
        die("the broker was not reached");
    const char *vhost = *info.vhost ? info.vhost : "/";
    if (amqp_login(broker, vhost, 0, FRAME_MAX, 0, AMQP_SASL_METHOD_PLAIN, info.user, info.password).reply_type != AMQP_RESPONSE_NORMAL)
        die("the broker refused the login");
    amqp_channel_open(broker, CHANNEL);
    amqp_confirm_select(broker, CHANNEL);
    if (amqp_get_rpc_reply(broker).reply_type != AMQP_RESPONSE_NORMAL)
        die("the broker opened no confirming channel");
    free(text);
    return broker;
}

/* Confirms of single messages may overtake each other, so they are counted; a multiple one says where everything stands. */
static uint64_t count_confirm(const amqp_frame_t *frame, uint64_t confirmed)
{
    if (frame->frame_type != AMQP_FRAME_METHOD || frame->payload.method.id != AMQP_BASIC_ACK_METHOD)
        die("a message was returned or refused");
    const amqp_basic_ack_t *ack = frame->payload.method.decoded;
    if (!ack->multiple)
        return confirmed + 1;
    return ack->delivery_tag > confirmed ? ack->delivery_tag : confirmed;
}

static uint64_t take_confirms(amqp_connection_state_t broker, uint64_t confirmed)
{
    struct timeval at_once = {0, 0};
    amqp_frame_t frame;
    amqp_maybe_release_buffers(broker);
    while (amqp_simple_wait_frame_noblock(broker, &frame, &at_once) == AMQP_STATUS_OK)
        confirmed = count_confirm(&frame, confirmed);
    return confirmed;
}

static uint64_t wait_for_confirm(amqp_connection_state_t broker, uint64_t confirmed)
{
    amqp_frame_t frame;
    amqp_maybe_release_buffers(broker);
    if (amqp_simple_wait_frame(broker, &frame) != AMQP_STATUS_OK)
        die("the broker ended the connection");
    return count_confirm(&frame, confirmed);
}

int main(int argc, char **argv)
{
    const char *uri = NULL, *exchange = NULL, *path = NULL;
    uint64_t window = 5000, sent = 0, confirmed = 0;
    for (int i = 1; i + 1 < argc; i += 2) {
        if (strcmp(argv[i], "--broker") == 0)
            uri = argv[i + 1];
        else if (strcmp(argv[i], "--exchange") == 0)
            exchange = argv[i + 1];
        else if (strcmp(argv[i], "--file") == 0)
            path = argv[i + 1];
        else if (strcmp(argv[i], "--window") == 0)
            window = strtoull(argv[i + 1], NULL, 10);
        else
            die("settings are --broker, --exchange, --window and --file");
    }
    if (uri == NULL || exchange == NULL || path == NULL || window == 0)
        die("--broker, --exchange and --file are needed");

    size_t length;
    char *bytes = read_file(path, &length);
    amqp_connection_state_t broker = connect_to(uri);
    amqp_table_entry_t published_at = {.key = amqp_cstring_bytes("published-at"), .value = {.kind = AMQP_FIELD_KIND_I64}};
    amqp_basic_properties_t properties = {
        ._flags = AMQP_BASIC_DELIVERY_MODE_FLAG | AMQP_BASIC_CONTENT_TYPE_FLAG | AMQP_BASIC_HEADERS_FLAG | AMQP_BASIC_MESSAGE_ID_FLAG,
        .delivery_mode = PERSISTENT,
        .content_type = amqp_cstring_bytes("application/json"),
        .headers = {.num_entries = 1, .entries = &published_at},
    };

    double started = now(), cpu = cpu_seconds();
    const char *end = bytes + length;
    for (char *line = bytes; line < end;) {
        char *line_end = memchr(line, '\n', (size_t)(end - line));
        if (line_end == NULL)
            line_end = bytes + length;
        if (line_end > line) {
            while (sent - confirmed >= window)
                confirmed = wait_for_confirm(broker, confirmed);
            amqp_bytes_t body = {.len = (size_t)(line_end - line), .bytes = line};
            properties.message_id = id_of(line, body.len);
            published_at.value.value.i64 = unix_microseconds();
            if (amqp_basic_publish(broker, CHANNEL, amqp_cstring_bytes(exchange), amqp_empty_bytes, 1, 0, &properties, body) != AMQP_STATUS_OK)
                die("the broker took no message");
            if (++sent % LOOK_EVERY == 0)
                confirmed = take_confirms(broker, confirmed);
        }
        line = line_end + 1;
    }
    while (confirmed < sent)
        confirmed = wait_for_confirm(broker, confirmed);
    double seconds = now() - started;

    printf("{\"confirmed\":%llu,\"seconds\":%.6f,\"cpuSeconds\":%.6f}\n", (unsigned long long)confirmed, seconds, cpu_seconds() - cpu);
    amqp_connection_close(broker, AMQP_REPLY_SUCCESS);
    free(bytes);
    return 0;
}

using Infrastructure.Postgres;

namespace Worker;

/// <summary>
/// Every line the worker logs. Event ids: 1xx start and stop, 2xx lanes and broker, 3xx batches and database, 9xx progress.
/// In steady state only <see cref="Progress"/> is written.
/// </summary>
internal static partial class Log
{
    [LoggerMessage(100, LogLevel.Warning, "Not ready: {Problem}")]
    public static partial void SchemaNotCurrent(this ILogger logger, string problem);

    [LoggerMessage(101, LogLevel.Information, "The schema is current")]
    public static partial void SchemaCurrent(this ILogger logger);

    [LoggerMessage(102, LogLevel.Information, "Applied the migrations {Migrations}")]
    public static partial void SchemaMigrated(this ILogger logger, string migrations);

    [LoggerMessage(103, LogLevel.Information, "{Worker} takes orders of pipeline {Pipeline} from {Broker} into {Database}")]
    public static partial void Starting(this ILogger logger, string worker, string pipeline, string broker, string database);

    [LoggerMessage(104, LogLevel.Warning, "The service manager's notify socket is unavailable: {Reason}")]
    public static partial void NotifySocketUnavailable(this ILogger logger, string reason);

    [LoggerMessage(110, LogLevel.Information, "Stopping: no more messages are taken in; what is in the batches has {Seconds} s")]
    public static partial void Draining(this ILogger logger, double seconds);

    [LoggerMessage(111, LogLevel.Information,
        "Drained: {Received} received, {Stored} stored, {Duplicates} duplicates, {DeadLetters} dead letters, {HandedBack} handed back")]
    public static partial void Drained(this ILogger logger, long received, long stored, long duplicates, long deadLetters, long handedBack);

    [LoggerMessage(120, LogLevel.Information, "Taking a profile: {Profile}")]
    public static partial void TakingProfile(this ILogger logger, string profile);

    [LoggerMessage(200, LogLevel.Information, "{Lane} consumes {Queue}, prefetch {Prefetch}")]
    public static partial void LaneConsuming(this ILogger logger, string lane, string queue, int prefetch);

    [LoggerMessage(201, LogLevel.Warning, "{Lane} lost the broker and connects again in {Seconds:F1} s (failure {Failures} in a row): {Reason}")]
    public static partial void LaneLost(this ILogger logger, string lane, double seconds, int failures, string reason);

    [LoggerMessage(202, LogLevel.Warning, "{Lines} lines about lanes, their writes and the dead queue were left out")]
    public static partial void LinesLeftOut(this ILogger logger, long lines);

    [LoggerMessage(203, LogLevel.Error,
        "{Lane} has had something to do for {Seconds} s and has not moved; the service manager's watchdog is not fed, so that another process is started")]
    public static partial void LaneStuck(this ILogger logger, string lane, double seconds);

    [LoggerMessage(204, LogLevel.Debug, "{Lane} rests: the others keep up")]
    public static partial void LaneRests(this ILogger logger, string lane);

    [LoggerMessage(205, LogLevel.Debug, "{Lane} consumes again: it is needed")]
    public static partial void LaneConsumesAgain(this ILogger logger, string lane);

    [LoggerMessage(300, LogLevel.Warning, "{Lane} could not store its {Messages} messages (attempt {Attempt}, {Kind}) and tries again: {Reason}")]
    public static partial void WriteFailed(this ILogger logger, string lane, int messages, int attempt, FaultKind kind, string reason);

    [LoggerMessage(301, LogLevel.Warning, "{Lane} gave its batch of {Messages} messages up; they are not acknowledged and will be delivered again: {Reason}")]
    public static partial void BatchGivenUp(this ILogger logger, string lane, int messages, string reason);

    [LoggerMessage(302, LogLevel.Information, "{Lane} stores again, after {Attempts} failed attempts")]
    public static partial void WritesRecovered(this ILogger logger, string lane, int attempts);

    [LoggerMessage(303, LogLevel.Warning,
        "{Lane} put {Messages} messages aside whose rows the database refuses, the last with SQLSTATE {SqlState}, constraint {Constraint}")]
    public static partial void RowsRefused(this ILogger logger, string lane, long messages, string sqlState, string constraint);

    [LoggerMessage(304, LogLevel.Error, "{Lane} opened the breaker: nothing is written until the database works again. {Reason}")]
    public static partial void BreakerOpened(this ILogger logger, string lane, string reason);

    [LoggerMessage(305, LogLevel.Information, "{Lane} closed the breaker: the database works again")]
    public static partial void BreakerClosed(this ILogger logger, string lane);

    [LoggerMessage(306, LogLevel.Warning, "{Lane} has held {Messages} messages for {Seconds} s and hands them back to the queue; it consumes again when the database works")]
    public static partial void LaneHandsBack(this ILogger logger, string lane, long messages, double seconds);

    [LoggerMessage(310, LogLevel.Information,
        "{DeadQueue} took {Messages} messages out of {Queue}, one at a time: {Stored} stored, {Duplicates} duplicates, {DeadLetters} dead letters")]
    public static partial void DeadQueueDrained(
        this ILogger logger, string deadQueue, long messages, string queue, long stored, long duplicates, long deadLetters);

    [LoggerMessage(311, LogLevel.Error, "{DeadQueue} puts message {MessageId} aside unread, reason {Reason}: {Detail}")]
    public static partial void SuspectPutAside(this ILogger logger, string deadQueue, string messageId, string reason, string detail);

    [LoggerMessage(312, LogLevel.Warning, "{DeadQueue} cannot reach {Queue} and tries again in {Seconds:F1} s: {Reason}")]
    public static partial void DeadQueueLost(this ILogger logger, string deadQueue, string queue, double seconds, string reason);

    [LoggerMessage(900, LogLevel.Information,
        "{Rate:F0} orders/s; {Stored} stored, {Duplicates} duplicates, {DeadLetters} dead letters in {Batches} batches; {QueueDepth} waiting")]
    public static partial void Progress(
        this ILogger logger, double rate, long stored, long duplicates, long deadLetters, long batches, long queueDepth);
}

using System.Text;
using Infrastructure.Postgres;
using Infrastructure.RabbitMq;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;
using RabbitMQ.Client.Exceptions;
using UnitTests.Support;
using Worker.Failures;
using Worker.Intake;
using Worker.Intake.Counting;

namespace UnitTests.Failures;

public sealed class DeadQueueTests : IDisposable
{
    private static readonly byte[] NoOrder = "{ no order"u8.ToArray();

    private readonly RecordingTimeProvider _time = new();
    private readonly FakeOrderStore _store = new();
    private readonly FakeDeliveryChannel _channel = new(_ => true);
    private readonly CancellationTokenSource _stop = new();
    private readonly CancellationTokenSource _abort = new();
    private readonly WriteBreaker _breaker;
    private readonly IntakeCounters _counters;
    private readonly Milestone _opened = new();
    private Exception? _refusal;
    private long? _waiting;

    public DeadQueueTests()
    {
        _breaker = new WriteBreaker(_time, new Random(1));
        _counters = new IntakeCounters(_time);
    }

    [Fact]
    public async Task The_first_look_is_two_seconds_after_the_start()
    {
        var running = Run();
        await _time.TimersSet.Reach(1);
        Assert.Equal((TimeSpan.FromSeconds(2), 0L), (_time.LastDue, _opened.Count));

        await LookAsync(1);

        Assert.Equal(1, _opened.Count);
        await StopAsync(running);
    }

    [Fact]
    public async Task While_it_is_known_to_be_empty_it_has_no_connection()
    {
        _waiting = 0;
        var running = Run();
        for (var look = 1; look <= 3; look++)
        {
            await _time.TimersSet.Reach(look);
            _time.Advance(TimeSpan.FromSeconds(3));
        }

        await _time.TimersSet.Reach(4);
        Assert.Equal(0, _opened.Count);

        _waiting = 1;
        _channel.Waiting.Enqueue(Some.Delivery(1, Some.NewOrder()));
        await LookAsync(2);
        await _time.TimersSet.Reach(5);
        Assert.Equal((1, 1L, 0L), (_store.Orders, _opened.Count, _channel.Closed.Count));

        _waiting = 0;
        _time.Advance(TimeSpan.FromSeconds(3));
        await _channel.Closed.Reach(1);
        await StopAsync(running);
        Assert.Equal(1, _opened.Count);
    }

    [Fact]
    public async Task Each_message_is_stored_alone_and_acknowledged_and_what_is_no_order_is_a_dead_letter()
    {
        _channel.Waiting.Enqueue(Some.Delivery(1, Some.NewOrder()));
        _channel.Waiting.Enqueue(Some.Delivery(2, NoOrder));
        _channel.Waiting.Enqueue(Some.Delivery(3, Some.NewOrder(), redelivered: true));

        var running = Run();
        await LookAsync(4);
        await StopAsync(running);

        Assert.Equal([(1, 0), (0, 1), (1, 0)], _store.Attempts.Select(attempt => (attempt.Orders, attempt.DeadLetters)));
        Assert.Equal("decode.malformed_json", Assert.Single(_store.DeadLetters).Reason);
        Assert.Equal(["ack 1", "ack 2", "ack 3"], _channel.Said);
        Assert.Equal((3L, 3L, 2L), (_counters.Read().FromDeadQueue, _counters.Read().Settled, _counters.Read().Stored));
        AssertNoMisuse();
    }

    [Fact]
    public async Task What_a_lane_may_have_put_aside_already_is_the_same_letter()
    {
        _channel.Waiting.Enqueue(Some.Delivery(1, NoOrder));

        var running = Run();
        await LookAsync(2);
        await StopAsync(running);

        Assert.True(Assert.Single(_store.DeadLetters).IsRepeatable);
        Assert.Equal([StorePath.Idempotent], _store.Paths);
    }

    [Theory]
    [InlineData(null, DeadLetter.CrashReason)]
    [InlineData("rejected", DeadLetter.CrashReason)]
    [InlineData("delivery_limit", DeadLetter.DeliveryLimitReason)]
    public async Task What_was_delivered_twice_in_vain_even_here_is_put_aside_unread(string? death, string reason)
    {
        var body = Some.Body(Some.NewOrder());
        var properties = Some.DeliveredInVain(2);
        if (death is not null)
        {
            properties.Headers![MessageHeaders.FirstDeathReason] = Encoding.UTF8.GetBytes(death);
        }

        _channel.Waiting.Enqueue(Some.Delivery(1, body, redelivered: true, properties));
        var running = Run();
        await LookAsync(2);
        await StopAsync(running);

        var letter = Assert.Single(_store.DeadLetters);
        Assert.Equal((reason, "broker"), (letter.Reason, letter.Stage));
        Assert.Equal(body, letter.Body);
        Assert.Equal(0, _store.Orders);
        Assert.Equal(["ack 1"], _channel.Said);
        AssertNoMisuse();
    }

    [Fact]
    public async Task Vain_deliveries_of_before_are_none_of_this_queue()
    {
        _channel.CarriesCounts = true;
        var properties = Some.DeliveredInVain(3);
        properties.Headers![MessageHeaders.AcquiredCount] = 2L;
        properties.Headers[MessageHeaders.FirstDeathReason] = "rejected"u8.ToArray();
        _channel.Waiting.Enqueue(Some.Delivery(1, Some.Body(), redelivered: true, properties));

        var running = Run();
        await LookAsync(2);
        await StopAsync(running);

        Assert.Equal((1, 0), (_store.Orders, _store.DeadLetters.Count));
    }

    [Theory]
    [InlineData(true, 1)]
    [InlineData(false, 1000)]
    public async Task One_vain_delivery_is_no_proof_nor_is_what_a_publisher_says(bool redelivered, long count)
    {
        _channel.Waiting.Enqueue(Some.Delivery(1, Some.Body(), redelivered, Some.DeliveredInVain(count)));

        var running = Run();
        await LookAsync(2);
        await StopAsync(running);

        Assert.Equal((1, 0), (_store.Orders, _store.DeadLetters.Count));
    }

    [Theory]
    [InlineData(FaultKind.Environment, true, 3)]
    [InlineData(FaultKind.RolledBack, false, 2)]
    public async Task While_the_database_cannot_be_written_to_nothing_is_taken_out(FaultKind kind, bool isKnown, int probes)
    {
        _channel.Waiting.Enqueue(Some.Delivery(1, Some.NewOrder()));
        _store.ProbeFault = new PostgresFault(kind, "it does not work");
        if (isKnown)
        {
            _breaker.Failed(_store.ProbeFault);
        }

        var running = Run();
        await _time.TimersSet.Reach(1);
        _time.Advance(TimeSpan.FromSeconds(3));
        await _time.TimersSet.Reach(2);
        Assert.Equal((1, 0L), (_store.Probes, _channel.Fetched.Count));

        _store.ProbeFault = null;
        _time.Advance(TimeSpan.FromSeconds(3));
        await _channel.Fetched.Reach(2);
        await StopAsync(running);
        Assert.Equal((probes, 1), (_store.Probes, _store.Orders));
        Assert.Equal(["ack 1"], _channel.Said);
    }

    [Fact]
    public async Task While_it_is_known_to_be_empty_it_does_not_find_out_whether_the_database_works()
    {
        _waiting = 0;
        _breaker.Failed(new PostgresFault(FaultKind.Environment, "there is another column"));
        var running = Run();
        await _time.TimersSet.Reach(1);
        _time.Advance(TimeSpan.FromSeconds(3));
        await _time.TimersSet.Reach(2);

        Assert.Equal((0, BreakerState.Open), (_store.Probes, _breaker.State));
        await StopAsync(running);
    }

    [Fact]
    public async Task What_cannot_be_stored_until_the_stop_goes_back_and_is_not_acknowledged()
    {
        _channel.Waiting.Enqueue(Some.Delivery(1, Some.NewOrder()));
        _store.Fail(StoreFault.Before);
        var running = Run();
        await _time.TimersSet.Reach(1);
        _time.Advance(TimeSpan.FromSeconds(2));
        await _store.Entered.Reach(1);

        await StopAsync(running);

        Assert.Equal(["hand back"], _channel.Said);
        Assert.Equal(0, _counters.Read().FromDeadQueue);
        AssertNoMisuse();
    }

    [Fact]
    public async Task A_lost_broker_is_told_once_and_tried_again()
    {
        var log = new Lines();
        _refusal = new IOException("connection refused");
        var running = Run(log);
        await _time.TimersSet.Reach(1);
        for (var attempt = 1; attempt <= 3; attempt++)
        {
            _time.Advance(TimeSpan.FromSeconds(3));
            await _opened.Reach(attempt);
            await _time.TimersSet.Reach(attempt + 1);
        }

        Assert.Contains("connection refused", Assert.Single(log.Written), StringComparison.Ordinal);
        _refusal = null;
        await LookAsync(1);
        await StopAsync(running);
    }

    [Fact]
    public async Task An_acknowledgement_that_fails_leads_to_another_channel()
    {
        _channel.Failure = new AlreadyClosedException(new ShutdownEventArgs(ShutdownInitiator.Peer, 320, "gone"));
        var running = Run();
        await _time.TimersSet.Reach(1);
        _time.Advance(TimeSpan.FromSeconds(2));
        await _channel.Fetched.Reach(1);
        await _time.TimersSet.Reach(2);
        _channel.Failure = null;

        await LookAsync(2);

        Assert.Equal(2, _opened.Count);
        await StopAsync(running);
    }

    public void Dispose()
    {
        _stop.Dispose();
        _abort.Dispose();
    }

    private Task Run(ILogger? logger = null)
    {
        logger ??= NullLogger.Instance;
        var writer = new BatchWriter(_store, _breaker, TimeSpan.FromMinutes(5), new LogBudget(8, _time), _time, logger, "dead queue");
        return new DeadQueue("dead queue", "orders.dead", OpenAsync, () => _waiting, writer, _counters, new LogBudget(8, _time), _time, logger).RunAsync(_stop.Token, _abort.Token);
    }

    private Task<IDeliveryChannel> OpenAsync(CancellationToken stop)
    {
        _opened.Pass();
        return _refusal is null ? Task.FromResult<IDeliveryChannel>(_channel) : throw _refusal;
    }

    // One more interval, until so many fetches have been made.
    private async Task LookAsync(long fetches)
    {
        await _time.TimersSet.Reach(1);
        _time.Advance(TimeSpan.FromSeconds(3));
        await _channel.Fetched.Reach(fetches);
    }

    private async Task StopAsync(Task running)
    {
        await _stop.CancelAsync();
        await running.OrTooLate("it did not stop");
    }

    private void AssertNoMisuse()
    {
        _store.AssertNoMisuse();
        _channel.AssertNoMisuse();
    }
}

using Infrastructure;
using Infrastructure.RabbitMq;
using Worker.Intake.Counting;

namespace Worker.Intake;

/// <summary>
/// One way from the queue into the table. Runs a session, and when its channel is lost another one, until it is told to stop.
/// Lanes share nothing: what happens to one does not concern its neighbour.
/// </summary>
internal sealed class Lane : IAsyncDisposable
{
    // At most one attempt a second, and never long away: a broker that is back should have its consumers within two.
    private static readonly TimeSpan FirstWait = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(2);

    private readonly RabbitMqConnector _connector;
    private readonly BatchWriter _writer;
    private readonly IntakeOptions _options;
    private readonly IntakeCounters _counters;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Backoff _backoff = new(FirstWait, LongestWait, Random.Shared);
    private LaneSession? _session;

    public Lane(
        string name, RabbitMqConnector connector, BatchWriter writer, IntakeOptions options, IntakeCounters counters,
        TimeProvider time, ILogger logger)
    {
        Name = name;
        _connector = connector;
        _writer = writer;
        _options = options;
        _counters = counters;
        _time = time;
        _logger = logger;
    }

    /// <summary>The lane's name, unique in the broker's list of connections as far as host and process are.</summary>
    public string Name { get; }

    public LaneState State { get; private set; } = LaneState.Starting;

    /// <summary>Why the broker is lost; <see langword="null"/> when it is not.</summary>
    public string? BrokerProblem { get; private set; }

    /// <summary>Why the last attempt to store a batch failed; <see langword="null"/> when it did not.</summary>
    public string? WriteProblem => _writer.Problem;

    /// <summary>Messages taken in and not acknowledged yet.</summary>
    public long InFlight => _session?.InFlight ?? 0;

    /// <summary>Runs until stopped.</summary>
    /// <param name="stop">Receive nothing more, finish what is in the batches.</param>
    /// <param name="abort">Time is up: finish nothing more either.</param>
    public async Task RunAsync(CancellationToken stop, CancellationToken abort)
    {
        while (!stop.IsCancellationRequested)
        {
            try
            {
                await _writer.WaitUntilWritableAsync(stop);
                await RunSessionAsync(stop, abort);
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                break;
            }
            catch (Exception failure)
            {
                Disconnected(failure.Message);
            }

            await WaitAsync(stop);
        }

        State = LaneState.Stopped;
    }

    public ValueTask DisposeAsync() => _writer.DisposeAsync();

    private async Task RunSessionAsync(CancellationToken stop, CancellationToken abort)
    {
        await using var channel = await RabbitDeliveryChannel.OpenAsync(_connector, Name, _options.EffectivePrefetch, _time, stop);
        var session = new LaneSession(NewBatch(), NewBatch(), _writer, _counters, TimeSpan.FromMilliseconds(_options.LingerMilliseconds), _time);
        var writing = session.WriteBatchesAsync(channel, abort);
        try
        {
            await channel.ConsumeAsync(_connector.Names.Queue, session, stop);
            Connected(session);
            if (await IsStoppedBeforeAsync(Task.WhenAny(session.Lost, writing), stop))
            {
                State = LaneState.Stopping;
                session.Stop();
                await channel.CancelConsumerAsync();
            }
            else if (writing.IsCompletedSuccessfully && !session.Lost.IsCompleted)
            {
                await HandBackAsync(channel, session);
            }
        }
        catch (Exception failure)
        {
            session.Lose(failure.Message);
            throw;
        }
        finally
        {
            // The write under way is finished first: its outcome must be known before the next session may write.
            await FinishAsync(session, writing);
            _counters.HandedBack(session.InFlight);
            _session = null;
        }

        if (session.Lost.IsCompleted)
        {
            Disconnected(await session.Lost);
        }
    }

    // The writer gave its batch up, so nothing of the session is being written any more.
    private async Task HandBackAsync(RabbitDeliveryChannel channel, LaneSession session)
    {
        State = LaneState.Holding;
        _logger.LaneHandsBack(Name, session.InFlight, _options.HoldSeconds);
        await channel.CancelConsumerAsync();
        await channel.HandBackAsync();
    }

    private static async Task FinishAsync(LaneSession session, Task writing)
    {
        try
        {
            await writing;
        }
        catch (Exception failure)
        {
            // An ack on a channel that has just died. The rows are stored; their redelivery will be duplicates.
            session.Lose(failure.Message);
        }
    }

    private OrderBatch NewBatch() => new(_options.MaxBatch, _options.MaxBatchBytes);

    private static async Task<bool> IsStoppedBeforeAsync(Task ended, CancellationToken stop)
    {
        try
        {
            await ended.WaitAsync(stop);
            return false;
        }
        catch (OperationCanceledException)
        {
            return true;
        }
    }

    private void Connected(LaneSession session)
    {
        _session = session;
        BrokerProblem = null;
        _backoff.Reset();
        State = LaneState.Consuming;
        _logger.LaneConsuming(Name, _connector.Names.Queue, _options.EffectivePrefetch);
    }

    private void Disconnected(string reason)
    {
        State = LaneState.Reconnecting;
        BrokerProblem = reason;
        _logger.LaneLost(Name, reason);
    }

    private async Task WaitAsync(CancellationToken stop)
    {
        try
        {
            await Task.Delay(_backoff.Next(), _time, stop);
        }
        catch (OperationCanceledException)
        {
            // Stopping; the loop sees it.
        }
    }
}

using System.Globalization;
using Worker.Failures;
using Worker.Intake.Counting;

namespace Worker.Intake;

/// <summary>
/// One way from the queue into the table. Runs a session, and when its channel is lost another one, until it is told to stop.
/// Lanes share no message, so what happens to one does not concern its neighbour. But those besides the first rest while they are not needed.
/// </summary>
internal sealed class Lane : IAsyncDisposable
{
    // At whether the database works again.
    private static readonly TimeSpan LookAgain = TimeSpan.FromSeconds(1);

    private readonly string _queue;
    private readonly Func<CancellationToken, Task<IDeliveryChannel>> _openChannel;
    private readonly BatchWriter _writer;
    private readonly LaneWatchdog _watchdog;
    private readonly Func<long?> _ready;
    private readonly LogBudget _lines;
    private readonly IntakeOptions _options;
    private readonly IntakeCounters _counters;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly BatchTelemetry? _telemetry;
    private readonly LaneDemand? _demand;
    private readonly bool _isFirst;
    private readonly ReconnectPolicy _reconnect;
    private LaneSession? _session;
    private long _attempts;

    public Lane(
        string name, string queue, Func<CancellationToken, Task<IDeliveryChannel>> openChannel, BatchWriter writer, LaneWatchdog watchdog,
        Func<long?> ready, LogBudget lines, IntakeOptions options, IntakeCounters counters, TimeProvider time, ILogger logger, Random? random = null,
        BatchTelemetry? telemetry = null, LaneDemand? demand = null, bool isFirst = true)
    {
        Name = name;
        _queue = queue;
        _openChannel = openChannel;
        _writer = writer;
        _watchdog = watchdog;
        _ready = ready;
        _lines = lines;
        _reconnect = new ReconnectPolicy(time, random ?? Random.Shared);
        _options = options;
        _counters = counters;
        _time = time;
        _logger = logger;
        _telemetry = telemetry;
        _demand = demand;
        _isFirst = isFirst;
    }

    /// <summary>The lane's name, unique in the broker's list of connections as far as host and process are.</summary>
    public string Name { get; }

    public LaneState State { get; private set; } = LaneState.Starting;

    /// <summary>Whether it has a channel, and consumes or would if it were needed.</summary>
    public bool IsAtWork => State is LaneState.Consuming or LaneState.Resting;

    /// <summary>Why the broker is lost; <see langword="null"/> when it is not.</summary>
    public string? BrokerProblem { get; private set; }

    /// <summary>Why the last attempt to store a batch failed; <see langword="null"/> when it did not.</summary>
    public string? WriteProblem => _writer.Problem;

    /// <summary>Messages taken in and not acknowledged yet.</summary>
    public long InFlight => _session?.InFlight ?? 0;

    /// <summary>How often the lane was found dead and built anew, since the process started.</summary>
    public int Rebuilds { get; private set; }

    /// <summary>Counts connections tried, and writes begun and ended. It stands still while there is nothing to do, and when the lane is stuck.</summary>
    public long Steps => Volatile.Read(ref _attempts) + _writer.Steps;

    /// <summary>
    /// Whether another step has to come, whatever broker and database do: a write under way ends one way or the other, held messages are written
    /// unless the breaker is open, and a lost broker is tried again.
    /// </summary>
    public bool OwesStep => _writer.IsWriting || (_writer.IsWritable && (InFlight > 0 || State == LaneState.Reconnecting));

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
                Volatile.Write(ref _attempts, _attempts + 1);
                await RunSessionAsync(stop, abort);
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                break;
            }
            catch (Exception failure)
            {
                Disconnected(BrokerFault.Of(failure));
            }

            await WaitAsync(stop);
        }

        State = LaneState.Stopped;
    }

    public ValueTask DisposeAsync() => _writer.DisposeAsync();

    private async Task RunSessionAsync(CancellationToken stop, CancellationToken abort)
    {
        await using var channel = await _openChannel(stop);
        var session = new LaneSession(
            NewBatch(), NewBatch(), _writer, _counters, TimeSpan.FromMilliseconds(_options.LingerMilliseconds), _time, _telemetry, _demand);
        var writing = session.WriteBatchesAsync(channel, abort);
        using var watch = new CancellationTokenSource();
        try
        {
            if (await ConsumeUntilStoppedAsync(channel, session, writing, watch.Token, stop))
            {
                var isConsuming = State == LaneState.Consuming;
                State = LaneState.Stopping;
                session.Stop();
                if (isConsuming)
                {
                    await channel.CancelConsumerAsync();
                }
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
            watch.Cancel();

            // The write under way is finished first: its outcome must be known before the next session may write.
            await FinishAsync(session, writing);
            _counters.HandedBack(session.InFlight);
            _session = null;
        }

        if (session.Lost.IsCompleted)
        {
            Disconnected(new BrokerFault(await session.Lost, NeedsOperator: false));
        }
    }

    /// <returns><see langword="false"/> when the writing has ended before. That is also what a lost channel leads to, once the write under way has ended.</returns>
    private async Task<bool> ConsumeUntilStoppedAsync(
        IDeliveryChannel channel, LaneSession session, Task writing, CancellationToken end, CancellationToken stop)
    {
        try
        {
            do
            {
                await channel.ConsumeAsync(_queue, session, stop);
                Consuming(session, end);
                if (!await HappensFirstAsync(NotNeededAsync(end)) || !await HappensFirstAsync(EmptyAsync(channel, session, stop)))
                {
                    return false;
                }

                State = LaneState.Resting;
                _logger.LaneRests(Name);
            }
            while (await HappensFirstAsync(NeededAsync(end)));

            return false;
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return true;
        }

        async Task<bool> HappensFirstAsync(Task awaited)
        {
            if (await Task.WhenAny(writing, awaited).WaitAsync(stop) == writing)
            {
                return false;
            }

            await awaited;
            return true;
        }
    }

    private static async Task EmptyAsync(IDeliveryChannel channel, LaneSession session, CancellationToken stop)
    {
        await channel.PauseConsumerAsync(stop);
        await session.EmptiedAsync();
    }

    // At once, while a write under way may take its time. The next session may have begun by then.
    private async Task TellOfLossAsync(LaneSession session, LaneDemand demand)
    {
        await session.Lost;
        if (_session is null || _session == session)
        {
            demand.FirstLaneConsumes(false);
        }
    }

    // What a lane that fails to write holds would be in the way of its farewell.
    private Task NotNeededAsync(CancellationToken end) => _isFirst || _demand is null
        ? Task.Delay(Timeout.InfiniteTimeSpan, end)
        : OnceAsync(_demand.CalmAsync, () => _writer.IsWritable && _writer.Problem is null, end);

    // In an outage it could only hand back what it is given.
    private Task NeededAsync(CancellationToken end) => OnceAsync(_demand!.NeededAsync, () => _writer.IsWritable, end);

    private async Task OnceAsync(Func<CancellationToken, Task> happens, Func<bool> isMet, CancellationToken end)
    {
        await happens(end);
        while (!isMet())
        {
            await Task.Delay(LookAgain, _time, end);
            await happens(end);
        }
    }

    private async Task WatchAsync(LaneSession session, CancellationToken end)
    {
        _watchdog.Restart();
        var steps = _writer.Steps;
        while (!end.IsCancellationRequested && !session.Lost.IsCompleted)
        {
            try
            {
                await Task.Delay(_watchdog.Interval, _time, end);
            }
            catch (OperationCanceledException)
            {
                return;
            }

            // Whatever holds the write up or makes it fail, orders wait meanwhile.
            if (_writer.IsWritable && (_writer.Problem is not null || (_writer.IsWriting && _writer.Steps == steps)))
            {
                _demand?.FallsBehind();
            }

            steps = _writer.Steps;
            if (State != LaneState.Consuming)
            {
                _watchdog.Restart();
                continue;
            }

            var ready = _ready();
            if (_watchdog.IsDead(ready, session.InFlight, session.LastTag, _writer.IsWritable))
            {
                Rebuilds++;
                session.Lose(string.Create(CultureInfo.InvariantCulture,
                    $"{ready} messages wait and none was delivered for {_watchdog.Limit.TotalSeconds:0.#} s, which is the limit"));
            }
            else if (_watchdog.IsSuspicious)
            {
                _demand?.FallsBehind();
            }
        }
    }

    // The writer gave its batch up, so nothing of the session is being written any more.
    private async Task HandBackAsync(IDeliveryChannel channel, LaneSession session)
    {
        State = LaneState.Holding;
        if (_lines.Allows(_logger))
        {
            _logger.LaneHandsBack(Name, session.InFlight, _options.HoldSeconds);
        }

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

    private OrderBatch NewBatch() => new(_options.MaxBatch, _options.MaxBatchBytes, _telemetry is null ? null : new BatchLinks());

    private void Consuming(LaneSession session, CancellationToken end)
    {
        State = LaneState.Consuming;
        if (_session == session)
        {
            _logger.LaneConsumesAgain(Name);
            return;
        }

        _session = session;
        BrokerProblem = null;
        _reconnect.Connected();
        if (_isFirst && _demand is not null)
        {
            _demand.FirstLaneConsumes(true);
            _ = TellOfLossAsync(session, _demand);
        }

        _ = WatchAsync(session, end);
        if (_lines.Allows(_logger))
        {
            _logger.LaneConsuming(Name, _queue, _options.EffectivePrefetch);
        }
    }

    private void Disconnected(BrokerFault fault)
    {
        State = LaneState.Reconnecting;
        BrokerProblem = fault.Problem;
        if (_reconnect.Lost(fault) && _lines.Allows(_logger))
        {
            _logger.LaneLost(Name, _reconnect.Wait.TotalSeconds, _reconnect.Failures, fault.Problem);
        }
    }

    private async Task WaitAsync(CancellationToken stop)
    {
        try
        {
            await Task.Delay(_reconnect.Wait, _time, stop);
        }
        catch (OperationCanceledException)
        {
            // Stopping; the loop sees it.
        }
    }
}

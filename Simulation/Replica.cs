using Infrastructure.Postgres;
using Microsoft.Extensions.Logging.Abstractions;
using Simulation.Broker;
using Simulation.Database;
using Simulation.Engine;
using Simulation.Sabotages;
using Worker.Failures;
using Worker.Intake;
using Worker.Intake.Counting;

namespace Simulation;

/// <summary>A worker's process: its lanes, its dead queue, its breaker, and its end. Everything in it is the worker's own; broker and database are not.</summary>
internal sealed class Replica
{
    private readonly World _world;
    private readonly SimulatedQueue _queue;
    private readonly SimulatedDatabase _database;
    private readonly Settings _settings;
    private readonly Faults _faults;
    private readonly Sabotage _sabotage;
    private readonly Strand _strand;
    private readonly List<Lane> _lanes = [];
    private readonly Action _poisoned;
    private readonly DeadQueue _deadQueue;
    private readonly LogBudget _lines;
    private readonly List<SimulatedChannel> _channels = [];
    private readonly CancellationTokenSource _stop = new();
    private readonly CancellationTokenSource _abort = new();
    private Task _running = Task.CompletedTask;

    public Replica(
        int number, World world, SimulatedQueue queue, SimulatedDatabase database, Settings settings, Faults faults, Sabotage sabotage,
        Action<Replica> poisoned)
    {
        _world = world;
        _queue = queue;
        _database = database;
        _settings = settings;
        _faults = faults;
        _sabotage = sabotage;
        _poisoned = () => poisoned(this);
        _strand = new Strand(world, $"replica {number}");
        _lines = new LogBudget(linesASecond: 8, _strand.Time);
        var breaker = new WriteBreaker(_strand.Time, NewRandom());
        var counters = new IntakeCounters(_strand.Time);
        var demand = new LaneDemand(settings.Intake.MaxBatch, LaneDemand.DefaultCalm, _strand.Time);
        for (var lane = 1; lane <= settings.Intake.Lanes; lane++)
        {
            _lanes.Add(NewLane($"{_strand.Name} lane {lane}", breaker, counters, demand, isFirst: lane == 1));
        }

        var name = $"{_strand.Name} dead queue";
        _deadQueue = new DeadQueue(
            name, "orders.dead", stop => OpenAsync(name, stop), () => _queue.IsAway ? null : _queue.Dead, NewWriter(name, breaker), counters, _lines, _strand.Time,
            NullLogger.Instance, NewRandom());
        _strand.Post(() => _running = Task.WhenAll(
            [.. _lanes.Select(lane => lane.RunAsync(_stop.Token, _abort.Token)), _deadQueue.RunAsync(_stop.Token, _abort.Token)]));
    }

    public bool IsAlive => _strand.IsAlive;

    /// <summary>It was told to stop.</summary>
    public bool IsStopping { get; private set; }

    /// <summary>It was told to stop, and has.</summary>
    public bool HasStopped => IsStopping && _running.IsCompleted;

    /// <summary>What its lanes are doing.</summary>
    public string States => string.Join(", ", _lanes.Select(lane => $"{lane.Name} is {lane.State}"));

    /// <summary>SIGTERM.</summary>
    public void Stop()
    {
        _world.Note(_strand.Name, "is told to stop");
        IsStopping = true;
        _strand.Post(() =>
        {
            _stop.Cancel();
            _ = AbortAsync();
        });
    }

    /// <summary>SIGKILL.</summary>
    public void Crash()
    {
        _world.Note(_strand.Name, "is killed");
        _strand.Kill();
        _channels.ForEach(channel => channel.Abandon());
    }

    // As the service that owns the lanes does it.
    private async Task AbortAsync()
    {
        await Task.Delay(TimeSpan.FromSeconds(_settings.Intake.ShutdownSeconds), _strand.Time);
        if (!_running.IsCompleted)
        {
            _world.Note(_strand.Name, "runs out of time");
            _abort.Cancel();
        }
    }

    private Lane NewLane(string name, WriteBreaker breaker, IntakeCounters counters, LaneDemand demand, bool isFirst) => new(
        name, "orders", stop => OpenAsync(name, stop), NewWriter(name, breaker), new LaneWatchdog(LaneWatchdog.DefaultLimit, _strand.Time),
        () => _queue.Ready, _lines, _settings.Intake, counters, _strand.Time, NullLogger.Instance, NewRandom(), demand: demand, isFirst: isFirst);

    private BatchWriter NewWriter(string name, WriteBreaker breaker)
    {
        IOrderStore store = new SimulatedStore(_world, _database, _faults, _strand, name, _sabotage, _poisoned);
        store = _sabotage switch
        {
            Sabotage.AcknowledgesBeforeTheCommit => new HastyStore(store),
            Sabotage.NeverWaits => new ImpatientStore(store),
            Sabotage.BlamesTheWholeBatch => new BlamingStore(store, _database),
            _ => store,
        };
        return new BatchWriter(
            store, breaker, _sabotage == Sabotage.NeverHandsBack ? TimeSpan.MaxValue : _settings.LongestHold, _lines, _strand.Time, NullLogger.Instance, name, NewRandom());
    }

    private async Task<IDeliveryChannel> OpenAsync(string name, CancellationToken stop)
    {
        await Task.Delay(_world.Between(1, 100), _strand.Time, stop);
        if (_queue.IsAway)
        {
            throw new IOException("connection refused");
        }

        var channel = new SimulatedChannel(_world, _queue, _database, _settings, _strand, name, _sabotage);
        _channels.Add(channel);
        return channel;
    }

    private Random NewRandom() => new(_world.Random.Next());
}

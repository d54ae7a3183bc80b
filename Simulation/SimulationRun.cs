using Simulation.Broker;
using Simulation.Database;
using Simulation.Engine;
using Simulation.Sabotages;

namespace Simulation;

/// <summary>
/// One seed from the first message to the last: a time in which things go wrong, then one in which nothing does and all that was
/// published must come to its end.
/// </summary>
internal sealed class SimulationRun
{
    /// <summary>Events that a violation is reported with.</summary>
    public const int DefaultKeptEvents = 50;

    // Far beyond what any run needs: whoever gets here goes round in circles.
    private const int MostSteps = 100_000;

    // Two deaths make it a suspect, two more are alone with it.
    private const int MostDeathsByPoison = 4;

    // How long it may take after the last fault: a timeout, a wait for the breaker, a lost channel that nobody has heard of yet.
    private static readonly TimeSpan TimeToHeal = TimeSpan.FromMinutes(10);

    private readonly int _seed;
    private readonly World _world;
    private readonly Settings _settings;
    private readonly Sabotage _sabotage;
    private readonly Faults _faults;
    private readonly SimulatedDatabase _database;
    private readonly SimulatedQueue _queue;
    private readonly List<Replica> _replicas = [];
    private readonly List<Content> _contents;
    private readonly TimeSpan _faultsEnd;
    private int _replicasStarted;
    private int _published;
    private int _deathsByPoison;
    private bool _isClosing;

    private SimulationRun(int seed, Sabotage sabotage, int keptEvents)
    {
        _seed = seed;
        _sabotage = sabotage;
        _world = new World(seed, keptEvents);
        _settings = new Settings(_world);
        _faults = new Faults(_world, _settings);
        _database = new SimulatedDatabase(_world, sabotage);
        _queue = new SimulatedQueue(_world, _settings);
        var mix = new MessageMix(_world, _settings);
        foreach (var message in mix.Make())
        {
            _world.After(_settings.Span * _world.Random.NextDouble(), () => Publish(message));
        }

        _contents = mix.Contents;
        _database.Poison = mix.Poison?.Hash;
        foreach (var content in _contents.Where(content => content.SqlState is not null))
        {
            _database.Refuse(content);
        }

        for (var i = 0; i < _settings.Replicas; i++)
        {
            StartReplica();
        }

        _faultsEnd = _settings.Span + _world.Between(0, 600_000);
    }

    /// <summary>Runs a seed on the calling thread.</summary>
    public static RunResult Run(int seed, Sabotage sabotage = Sabotage.None, int keptEvents = DefaultKeptEvents)
    {
        var outside = SynchronizationContext.Current;
        try
        {
            var run = new SimulationRun(seed, sabotage, keptEvents);
            run.Go();
            return run.Result();
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(outside);
        }
    }

    private bool IsSettled => _published == _settings.Messages && _queue.Settled == _settings.Messages;

    private void Go()
    {
        Until(() => IsSettled && _faults.AreSpent || _world.Now > _faultsEnd, TimeSpan.MaxValue, "");
        if (_world.Violation is null)
        {
            Heal();
        }

        Until(() => IsSettled, TimeToHeal, "messages are left in the queue though nothing has been wrong for long");
        _isClosing = true;
        foreach (var replica in Running.TakeWhile(_ => _world.Violation is null))
        {
            replica.Stop();
        }

        Until(() => _replicas.TrueForAll(replica => !replica.IsAlive || replica.HasStopped), TimeToHeal, "a replica does not stop");
        if (_world.Violation is null && Checks.FindViolation(_contents, _database) is { } violation)
        {
            _world.Report(violation);
        }
    }

    private void Until(Func<bool> isReached, TimeSpan patience, string otherwise)
    {
        var deadline = patience == TimeSpan.MaxValue ? patience : _world.Now + patience;
        for (var steps = 0; _world.Violation is null && !isReached(); steps++)
        {
            if (_faults.DrawMishap() is { } mishap)
            {
                Happen(mishap);
            }

            var goesOn = _world.Step();
            if (_world.Now > deadline || steps > MostSteps || (!goesOn && patience != TimeSpan.MaxValue && !isReached()))
            {
                _world.Report(steps > MostSteps ? "it goes round in circles" : $"{otherwise} ({States})");
            }

            if (!goesOn)
            {
                return;
            }
        }
    }

    private string States => string.Join("; ", _replicas.Where(replica => replica.IsAlive).Select(replica => replica.States));

    private void Heal()
    {
        _world.Note("world", "heals");
        _faults.End();
        EndOutage();
        _queue.ComeBack();
        while (_replicas.Count(replica => replica.IsAlive && !replica.IsStopping) < _settings.Replicas)
        {
            StartReplica();
        }
    }

    private void Happen(Mishap mishap)
    {
        switch (mishap)
        {
            case Mishap.ChannelLost when _queue.Channels.Count > 0:
                _world.Pick(_queue.Channels).Break();
                break;
            case Mishap.ConsumerCancelled when _queue.Channels.Count > 0:
                _world.Pick(_queue.Channels).CancelByBroker();
                break;
            case Mishap.AckLost when _queue.Channels.Count > 0:
                _world.Pick(_queue.Channels).LosesNextAck = true;
                break;
            case Mishap.BrokerAway when !_queue.IsAway:
                _queue.GoAway(_world.Between(100, 30_000));
                break;
            case Mishap.Crash when Running.Count > 0:
                Replace(_world.Pick(Running));
                break;
            case Mishap.Stop when Running.Count > 0:
                _world.Pick(Running).Stop();
                _world.After(_world.Between(10, 10_000), StartReplica);
                break;
            case Mishap.Outage when _database.Outage is null:
                _world.Note("database", "refuses everything");
                _database.Outage = WriteFault.DrawOutage(_world);
                _world.After(_world.Between(100, 600_000), EndOutage);
                break;
        }
    }

    private List<Replica> Running => _replicas.FindAll(replica => replica.IsAlive && !replica.IsStopping);

    private void EndOutage()
    {
        if (_database.Outage is not null)
        {
            _world.Note("database", "works again");
            _database.Outage = null;
        }
    }

    private void StartReplica()
    {
        if (!_isClosing && Running.Count < _settings.Replicas)
        {
            _replicas.Add(new Replica(++_replicasStarted, _world, _queue, _database, _settings, _faults, _sabotage, Die));
        }
    }

    private void Die(Replica replica)
    {
        _world.Note("world", "the poison kills a process");
        if (++_deathsByPoison > MostDeathsByPoison)
        {
            _world.Report($"the poison has killed {_deathsByPoison} processes");
        }

        Replace(replica);
    }

    private void Replace(Replica replica)
    {
        replica.Crash();
        _world.After(_world.Between(10, 10_000), StartReplica);
    }

    private void Publish(Message message)
    {
        _published++;
        _queue.Publish(message);
    }

    private RunResult Result() => new(
        _seed, _world.Violation, _world.Trace.Hash, _world.Trace.Count, _world.Trace.TimesOf, _settings.Messages, _world.Now,
        _world.Violation is null ? [] : _world.Trace.Last());
}

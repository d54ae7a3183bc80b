using DevServers;
using Npgsql;

namespace Chaos;

/// <summary>Everything that is done to the stage.</summary>
/// <param name="stage">What is hurt.</param>
/// <param name="random">Which replica.</param>
internal sealed class FaultCatalogue(Stage stage, Random random)
{
    private const string TerminateWorkers =
        "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'orders-worker' and pid <> pg_backend_pid()";

    private readonly List<NpgsqlConnection> _held = [];
    private IDisposable? _filling;
    private int _victim;

    public IReadOnlyList<Fault> All() =>
    [
        new("broker killed", () => stage.Broker.KillAsync(), () => stage.Broker.StartAgainAsync(), 0, 3),
        new("broker stopped and started", () => stage.Broker.StopAsync(), () => stage.Broker.StartAgainAsync(), 0, 3),
        new("broker frozen", () => Done(stage.Broker.Pause), () => Done(stage.Broker.Resume), 3, 12),
        new("database killed", () => stage.Database.KillAsync(), () => stage.Database.StartAgainAsync(), 0, 5),
        new("database stopped and started", () => stage.Database.StopAsync(), () => stage.Database.StartAgainAsync(), 0, 5),
        new("database frozen", () => Done(stage.Database.Pause), () => Done(stage.Database.Resume), 3, 12),
        new("worker killed", KillWorkerAsync, StartWorkerAsync, 0, 3),
        new("worker told to stop", StopWorkerAsync, StartWorkerAsync, 0, 3),
        new("worker frozen", () => Done(() => Victim().Signal(Signals.Stop)), () => Done(() => stage.ReplicaAt(_victim).Signal(Signals.Continue)), 3, 15),
        new("workers' connections to the broker reset", () => Done(stage.WorkersToBroker.Cut), Nothing, 0, 0),
        new("producers' connections reset", () => Done(stage.ProducersToBroker.Cut), Nothing, 0, 0),
        new("network to the broker silent", () => Done(() => stage.WorkersToBroker.Hold(Way.ToServer, Way.ToClient)), () => Done(stage.WorkersToBroker.Release), 3, 15),
        new("acknowledgements lost", () => Done(() => stage.WorkersToBroker.Hold(Way.ToServer)), () => Done(CutBroker), 2, 6),
        new("workers' connections to the database reset", () => Done(stage.WorkersToDatabase.Cut), Nothing, 0, 0),
        new("network to the database silent", () => Done(() => stage.WorkersToDatabase.Hold(Way.ToServer, Way.ToClient)), () => Done(stage.WorkersToDatabase.Release), 3, 15),
        new("answers of the database lost", () => Done(() => stage.WorkersToDatabase.Hold(Way.ToClient)), () => Done(CutDatabase), 2, 6),
        new("sessions terminated", () => stage.ExecuteAsync(TerminateWorkers), Nothing, 0, 0),
        new("memory alarm", () => stage.EvaluateAsync("vm_memory_monitor:set_vm_memory_high_watermark(0.00001)."), () => stage.EvaluateAsync("vm_memory_monitor:set_vm_memory_high_watermark(0.4)."), 3, 12),
        new("disk alarm", () => stage.EvaluateAsync("rabbit_disk_monitor:set_disk_free_limit(1000000000000000)."), () => stage.EvaluateAsync("rabbit_disk_monitor:set_disk_free_limit(50000000)."), 3, 12),
        new("table locked", LockAsync, LetGoAsync, 5, 15),
        new("connections used up", UseUpConnectionsAsync, LetGoAsync, 3, 10),
        new("database read-only", () => ReadOnlyAsync("on"), () => ReadOnlyAsync("off"), 3, 12),
        new("a column gone", () => stage.ExecuteAsync("alter table orders rename column total to total_gone"), () => stage.ExecuteAsync("alter table orders rename column total_gone to total"), 3, 10),
        .. stage.Disk is { } disk ? DiskFull(disk) : [],
    ];

    private IEnumerable<Fault> DiskFull(SmallDisk disk) =>
        [new("disk full", () => Done(() => _filling = disk.Fill()), () => Done(() => _filling!.Dispose()), 3, 12)];

    private static Task Nothing() => Task.CompletedTask;

    private static Task Done(Action act)
    {
        act();
        return Task.CompletedTask;
    }

    // What was held is torn with its connection: it never arrives.
    private void CutBroker()
    {
        stage.WorkersToBroker.Cut();
        stage.WorkersToBroker.Release();
    }

    private void CutDatabase()
    {
        stage.WorkersToDatabase.Cut();
        stage.WorkersToDatabase.Release();
    }

    private DevServers.Demo.Replica Victim() => stage.ReplicaAt(_victim = random.Next(stage.ReplicaCount));

    private DevServers.Demo.Replica Mortal() => stage.ReplicaAt(_victim = random.Next(Stage.NeverEnded + 1, stage.ReplicaCount));

    private Task KillWorkerAsync() => Mortal().AbandonAsync();

    private Task StopWorkerAsync() => Mortal().StopAsync();

    private Task StartWorkerAsync() => stage.StartReplicaAsync(_victim, CancellationToken.None);

    private async Task LockAsync()
    {
        var connection = await stage.ConnectAsync();
        _held.Add(connection);
        await using var command = new NpgsqlCommand("begin; lock table orders in access exclusive mode", connection);
        await command.ExecuteNonQueryAsync();
    }

    // Those that the workers have go first, so that nothing is left for them.
    private async Task UseUpConnectionsAsync()
    {
        await stage.ExecuteAsync(TerminateWorkers);
        try
        {
            while (true)
            {
                _held.Add(await stage.ConnectAsync());
            }
        }
        catch (PostgresException full) when (full.SqlState == PostgresErrorCodes.TooManyConnections)
        {
            // That is what was wanted.
        }
    }

    private async Task LetGoAsync()
    {
        await Task.WhenAll(_held.Select(connection => connection.DisposeAsync().AsTask()));
        _held.Clear();
    }

    private async Task ReadOnlyAsync(string state)
    {
        await using var connection = await stage.ConnectAsync();

        // One at a time: statements that are sent together are one transaction, which has begun before the first of them lets it write.
        foreach (var statement in (string[])["set default_transaction_read_only = off", $"alter database orders set default_transaction_read_only = {state}", TerminateWorkers])
        {
            await using var command = new NpgsqlCommand(statement, connection);
            await command.ExecuteNonQueryAsync();
        }
    }
}

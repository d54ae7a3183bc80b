namespace DevServers;

/// <summary>
/// A RabbitMQ and a PostgreSQL for demo, tests and benchmarks. What it started it ends, by process id, and of what it wrote nothing stays.
/// </summary>
public sealed class DevStack : IAsyncDisposable
{
    private const int RemoveAttempts = 20;
    private static readonly TimeSpan RemoveInterval = TimeSpan.FromMilliseconds(50);

    private readonly StackFolder _folder;
    private int _removed;

    private DevStack(ServerSource source, DevServer rabbit, DevServer postgres, StackFolder folder)
    {
        Source = source;
        Rabbit = rabbit;
        Postgres = postgres;
        _folder = folder;
    }

    public ServerSource Source { get; }

    public DevServer Rabbit { get; }

    public DevServer Postgres { get; }

    /// <summary>The stack's own folder, for logs and files that should go with it.</summary>
    public string Folder => _folder.Path;

    /// <summary>Set before disposing to leave the logs in <see cref="Folder"/>.</summary>
    public bool KeepLogs
    {
        get => _folder.KeepLogs;
        set => _folder.KeepLogs = value;
    }

    /// <summary>Finds servers and starts both at once; returns when clients can connect to both.</summary>
    public static async Task<DevStack> StartAsync(DevStackOptions? options = null, CancellationToken cancellationToken = default)
    {
        options ??= new DevStackOptions();
        var found = await new ServerFinder(options).FindAsync(cancellationToken);
        var user = found.Source is ServerSource.Packages ? PostgresProcess.UserToRunAs() : null;
        if (found.Docker is not null)
        {
            await found.Docker.RemoveStaleAsync(cancellationToken);
            await found.Docker.StartReaperAsync(options.Note, cancellationToken);
        }

        var folder = StackFolder.Create(options.BaseFolder, user);

        var (stack, starts) = found.Source switch
        {
            ServerSource.Environment => (new DevStack(found.Source, found.Rabbit!, found.Postgres!, folder), NoStarts()),
            ServerSource.Docker => FromDocker(found.Docker!, folder, options),
            _ => FromPackages(found.Packages!, user, folder, options),
        };

        LiveStacks.Add(stack, options.StopOnSignals);
        try
        {
            await StartBothAsync(starts, cancellationToken);
            return stack;
        }
        catch (Exception e)
        {
            // The end of a log, which is in the message, does not always hold the cause.
            stack.KeepLogs = e is DevServersException;
            await stack.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _removed, 1) == 1)
        {
            return;
        }

        try
        {
            await Task.WhenAll(Rabbit.RemoveAsync(), Postgres.RemoveAsync());
            _folder.Delete();
        }
        finally
        {
            LiveStacks.Remove(this);
        }
    }

    /// <summary>Ends everything without waiting for an orderly end.</summary>
    internal void RemoveNow()
    {
        // Also while DisposeAsync is under way: it may never finish once the process exits.
        Interlocked.Exchange(ref _removed, 1);

        // At once: a test host is given a fraction of a second to exit.
        Parallel.Invoke(Rabbit.RemoveNow, Postgres.RemoveNow);
        for (var attempt = 1; attempt <= RemoveAttempts; attempt++)
        {
            try
            {
                _folder.Delete();
                return;
            }
            catch (IOException)
            {
                // A server that is still dying wrote a last file. What stays after the last attempt is removed by the next start.
                Thread.Sleep(RemoveInterval);
            }
        }
    }

    private static (DevStack Stack, Func<CancellationToken, Task>[] Starts) FromPackages(
        Packages packages, SystemUser? user, StackFolder folder, DevStackOptions options)
    {
        var rabbit = new RabbitProcess(packages, folder, options);
        var postgres = new PostgresProcess(packages, user, folder, options);
        return (new DevStack(ServerSource.Packages, rabbit, postgres, folder), [rabbit.StartAsync, postgres.StartAsync]);
    }

    private static (DevStack Stack, Func<CancellationToken, Task>[] Starts) FromDocker(
        DockerEngine engine, StackFolder folder, DevStackOptions options)
    {
        var rabbit = ContainerServer.RabbitMq(engine, folder.Id, options);
        var postgres = ContainerServer.Postgres(engine, folder.Id, options);
        return (new DevStack(ServerSource.Docker, rabbit, postgres, folder), [rabbit.StartAsync, postgres.StartAsync]);
    }

    private static Func<CancellationToken, Task>[] NoStarts()
    {
        return [];
    }

    /// <summary>When one fails the other is not waited for to become ready, only to stop trying.</summary>
    private static async Task StartBothAsync(Func<CancellationToken, Task>[] starts, CancellationToken cancellationToken)
    {
        using var giveUp = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var running = starts.Select(start => Task.Run(() => start(giveUp.Token), CancellationToken.None)).ToList();
        var all = Task.WhenAll(running);
        Exception? first = null;
        while (running.Count > 0)
        {
            var done = await Task.WhenAny(running);
            running.Remove(done);
            if (first is null && done.Exception?.InnerException is { } error)
            {
                first = error;
                await giveUp.CancelAsync();
            }
        }

        if (first is not null)
        {
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(first);
        }

        await all;
    }
}

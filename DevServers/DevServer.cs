namespace DevServers;

/// <summary>A RabbitMQ or a PostgreSQL for development, and what a test may do to it.</summary>
public abstract class DevServer
{
    /// <summary>For messages: RabbitMQ or PostgreSQL.</summary>
    public abstract string Name { get; }

    public abstract string ConnectionString { get; }

    /// <summary>Where its log is: a file, or the command that shows it.</summary>
    public abstract string Log { get; }

    /// <summary>The server's main process.</summary>
    public abstract int Pid { get; }

    /// <summary>Completes when the server has ended, whoever ended it. Never for a server that runs elsewhere.</summary>
    internal virtual Task Ended { get; } = new TaskCompletionSource().Task;

    /// <summary>kill -9 of the main process; returns when it is dead. Data stays.</summary>
    public abstract Task KillAsync(CancellationToken cancellationToken = default);

    /// <summary>Stops as an operator would; returns when it has ended. Data stays.</summary>
    public abstract Task StopAsync(CancellationToken cancellationToken = default);

    /// <summary>Starts a killed or stopped server on the same port and data; returns when clients can connect.</summary>
    public abstract Task StartAgainAsync(CancellationToken cancellationToken = default);

    /// <summary>Freezes every process of the server: connections stay open, nothing answers.</summary>
    public abstract void Pause();

    public abstract void Resume();

    /// <summary>Ends everything that belongs to the server, in order and with deadlines. Data may go.</summary>
    internal abstract Task RemoveAsync();

    /// <summary>The same at once, for when this process is about to exit.</summary>
    internal abstract void RemoveNow();
}

namespace Simulation.Engine;

/// <summary>
/// What runs in one process. Everything awaited in it comes back through here and waits in the world's queue for its turn; after a
/// crash nothing comes back any more.
/// </summary>
internal sealed class Strand : SynchronizationContext
{
    private readonly World _world;

    public Strand(World world, string name)
    {
        _world = world;
        Name = name;
        Time = new StrandTime(world, this);
    }

    public string Name { get; }

    /// <summary>The process's clock: the world's, with timers that end with the process.</summary>
    public TimeProvider Time { get; }

    /// <summary>It has not crashed.</summary>
    public bool IsAlive { get; private set; } = true;

    /// <summary>Takes away everything that waits for its turn, and every timer.</summary>
    public void Kill() => IsAlive = false;

    public void Post(Action action) => Post(static action => ((Action)action!)(), action);

    public override void Post(SendOrPostCallback callback, object? state)
    {
        if (IsAlive)
        {
            _world.Enqueue(this, callback, state);
        }
    }

    public override void Send(SendOrPostCallback callback, object? state) => throw new NotSupportedException("waiting for another thread");

    public override SynchronizationContext CreateCopy() => this;
}

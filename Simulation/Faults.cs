using Simulation.Database;
using Simulation.Engine;

namespace Simulation;

/// <summary>What may still go wrong in a run: so much, and nothing any more once it has healed.</summary>
internal sealed class Faults(World world, Settings settings)
{
    private int _mishaps = settings.Mishaps;
    private int _writeFaults = settings.WriteFaults;

    /// <summary>Nothing goes wrong from here on.</summary>
    public bool AreOver { get; private set; }

    /// <summary>Nothing is left that could go wrong.</summary>
    public bool AreSpent => _mishaps == 0 || settings.Kinds.Count == 0;

    public void End() => AreOver = true;

    /// <summary>What happens before the next step, if anything does.</summary>
    public Mishap? DrawMishap()
    {
        if (AreOver || AreSpent || world.Random.Next(settings.MishapInterval) != 0)
        {
            return null;
        }

        _mishaps--;
        return world.Pick(settings.Kinds);
    }

    /// <summary>How the next write fails, if it does.</summary>
    public WriteFault? DrawWriteFault()
    {
        if (AreOver || _writeFaults == 0 || !world.Chance(settings.WriteFaultShare))
        {
            return null;
        }

        _writeFaults--;
        return WriteFault.Draw(world);
    }
}

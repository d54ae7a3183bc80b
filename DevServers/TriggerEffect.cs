namespace DevServers;

/// <summary>What becomes of a connection on which the bytes of a <see cref="ByteTrigger"/> pass.</summary>
internal enum TriggerEffect
{
    /// <summary>They are handed on, then it is reset.</summary>
    CutAfter,

    /// <summary>They are handed on, and nothing that is answered to them arrives.</summary>
    SwallowAnswerAfter,

    /// <summary>They are not handed on, and nothing passes after them.</summary>
    FreezeBefore,

    /// <summary>They are handed on, and nothing passes after them.</summary>
    FreezeAfter,

    /// <summary>Other bytes are handed on before them, and everything goes on.</summary>
    SlipIn,
}

namespace UnitTests.Support;

/// <summary>How an attempt to store fails.</summary>
internal enum StoreFault
{
    None,

    /// <summary>Nothing is stored.</summary>
    Before,

    /// <summary>All is stored, and the answer is lost.</summary>
    After,

    /// <summary>Nothing is stored, and an operator has to do something about it.</summary>
    Environment,

    /// <summary>Nothing is stored, because someone else wrote at the same time.</summary>
    Rivalry,
}

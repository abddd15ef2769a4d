#[automatically_derived]
impl my::idem::SoftDeletable for Item {
    fn is_deleted(&self) -> ::core::primitive::bool {
        my::idem::__private::is_deleted(&self.removed)
    }
}
#[automatically_derived]
impl my::idem::SoftDelete for Item {
    type DeletedAt = products::removed_at;
    type DeletedBy = products::removed_by;
    type DeletedReason = products::why;
    const DELETION: my::idem::__private::DeletedAt = my::idem::__private::deletion::<
        Self::DeletedAt,
    >();
    const MARKS: &'static [&'static ::core::primitive::str] = &[
        my::idem::__private::mark::<Self::DeletedBy>(),
        my::idem::__private::mark::<Self::DeletedReason>(),
    ];
    fn facts() -> my::idem::__private::Facts<Self> {
        #[allow(unused_imports)]
        use my::idem::__private::NotDerived as _;
        let probe = my::idem::__private::Probe::<Self>::new();
        my::idem::__private::Facts::new(probe.idem_version(), probe.idem_deletion())
    }
}

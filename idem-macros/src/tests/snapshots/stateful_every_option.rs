#[automatically_derived]
impl my::idem::Stateful for Order {
    type State = purchase::State<u8>;
    type Key = (Uuid, i64);
    type StateColumn = purchases::status;
    type StateSql = my::idem::__private::SqlTypeOf<Self::StateColumn>;
    fn facts() -> my::idem::__private::Facts<Self> {
        #[allow(unused_imports)]
        use my::idem::__private::NotDerived as _;
        let probe = my::idem::__private::Probe::<Self>::new();
        my::idem::__private::Facts::new(probe.idem_version(), probe.idem_deletion())
    }
    #[allow(clippy::misnamed_getters)]
    fn state(&self) -> &purchase::State<u8> {
        &self.state
    }
}
